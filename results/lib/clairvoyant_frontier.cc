#include "results/lib/clairvoyant_frontier.h"

#include <algorithm>
#include <map>
#include <queue>

#include "batcher/base/check.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

// Neighbours among the points known so far, between which there may be more.
template <typename Point>
struct Gap {
  Point few = {};   // batches
  Point many = {};  // more of them

  [[nodiscard]] double Ratio() const {
    return static_cast<double>(many.batches) / static_cast<double>(few.batches);
  }
  friend bool operator<(const Gap& a, const Gap& b) { return a.Ratio() < b.Ratio(); }
};

// The widest first.
template <typename Point>
using Gaps = std::priority_queue<Gap<Point>>;

template <typename Point>
Gap<Point> TakeWidest(Gaps<Point>& gaps) {
  const Gap<Point> widest = gaps.top();
  gaps.pop();
  return widest;
}

// The corners of the lower convex hull of worth against batches, whose two ends are `points`, and
// whether these are all. `least` tells the corner that is the best at a price, that of the fewest
// batches if there are several.
//
// The least worth of exactly K batches is a convex series of integers, so its slopes are integers:
// whole prices lead to all corners. At the price that the line between two corners rises by,
// rounded down, either the first of them is the best, and then there is no corner between them, or
// there is one, which is found.
template <typename Point, typename Worth, typename Least>
bool FindCorners(std::vector<Point>& points, std::size_t max_points, Worth worth, Least least) {
  CHECK(max_points >= 2);
  Gaps<Point> gaps;
  const auto add = [&gaps](const Point& few, const Point& many) {
    if (many.batches > few.batches + 1) {
      gaps.push({.few = few, .many = many});
    }
  };
  add(points.front(), points.back());
  while (!gaps.empty() && points.size() < max_points) {
    const Gap<Point> gap = TakeWidest(gaps);
    const auto batches = static_cast<std::int64_t>(gap.many.batches - gap.few.batches);
    const Point corner = least((worth(gap.few) - worth(gap.many)) / batches);
    if (corner != gap.few) {
      points.push_back(corner);
      add(gap.few, corner);
      add(corner, gap.many);
    }
  }
  std::ranges::sort(points, {}, &Point::batches);
  return gaps.empty();
}

// The ends of a frontier, which may be one point.
template <typename Point>
std::vector<Point> Ends(const Point& few, const Point& many) {
  return few == many ? std::vector<Point>{few} : std::vector<Point>{few, many};
}

}  // namespace

WaitingFrontier FrontierOfWaiting(std::span<const Instant> arrivals, Duration highest_price,
                                  const FrontierLimits& limits) {
  const auto least = [&](std::int64_t price_ns) {
    return LeastCost(arrivals, Duration(price_ns), limits.max_items);
  };
  const auto worth = [](const Batching& point) { return point.waiting.count(); };
  WaitingFrontier frontier;
  if (!arrivals.empty()) {
    frontier.points = Ends(least(highest_price.count()), least(0));
    frontier.complete = FindCorners(frontier.points, limits.max_points, worth, least);
  }
  return frontier;
}

LateFrontier FrontierOfLate(std::span<const Instant> arrivals, Duration bound,
                            const FrontierLimits& limits) {
  const auto least = [&](std::int64_t price) {
    return LeastLate(arrivals, bound, static_cast<std::uint64_t>(price), limits.max_items);
  };
  const auto worth = [](const LateBatching& point) {
    return static_cast<std::int64_t>(point.late);
  };
  LateFrontier frontier;
  if (!arrivals.empty()) {
    frontier.points = Ends(least(static_cast<std::int64_t>(arrivals.size())), least(0));
    frontier.complete = FindCorners(frontier.points, limits.max_points, worth, least);
  }
  return frontier;
}

// The batches of a window change only where it becomes as long as some call's wait would be, so a
// try tells of all windows from its longest wait up to its next one. Between two tries the windows
// that may do otherwise are halved.
LongestWaitFrontier FrontierOfLongestWait(std::span<const Instant> arrivals,
                                          const FrontierLimits& limits) {
  CHECK(limits.max_points >= 2);
  LongestWaitFrontier frontier;
  if (arrivals.empty()) {
    return frontier;
  }
  std::map<std::uint64_t, Duration>
      shortest;  // the shortest longest wait known for so many batches
  const auto attempt = [&](Duration window) {
    const FewestBatches tried = FewestWithin(arrivals, window, limits.max_items);
    shortest.insert_or_assign(tried.batches,
                              shortest.contains(tried.batches)
                                  ? std::min(shortest.at(tried.batches), tried.longest_wait)
                                  : tried.longest_wait);
    return tried;
  };
  Gaps<FewestBatches> gaps;
  const auto add = [&gaps](const FewestBatches& few, const FewestBatches& many) {
    if (many.batches > few.batches && *many.next_window < few.longest_wait) {
      gaps.push({.few = few, .many = many});
    }
  };
  add(attempt(arrivals.back() - arrivals.front()), attempt(Duration(0)));
  while (!gaps.empty() && shortest.size() < limits.max_points) {
    const auto [few, many] = TakeWidest(gaps);
    const Duration first = *many.next_window;
    const FewestBatches middle = attempt(first + (few.longest_wait - first) / 2);
    add(few, middle);
    add(middle, many);
  }
  for (const auto& [batches, longest_wait] : shortest) {
    frontier.points.push_back({.batches = batches, .longest_wait = longest_wait});
  }
  frontier.complete = gaps.empty();
  return frontier;
}

}  // namespace results
