#include "results/lib/clairvoyant.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>

#include "batcher/base/check.h"

// The least cost is a shortest path. With a_1 <= ... <= a_n the arrivals and P_j = a_1 + ... + a_j,
// the least cost F_j of the first j calls is
//
//   F_j = min over i < j of F_i + price + (j - i) a_j - (P_j - P_i)
//       = price + j a_j - P_j + min over i < j of (F_i + P_i) - i a_j,
//
// whose last term is the lower envelope of lines in a_j, of slope -i. Slopes fall and a_j grows, so
// a later line, once below an earlier one, stays below it: a queue of lines holds the envelope, and
// each line enters and leaves it once. The waiting of a batch is a Monge function of its ends, and
// the least waiting of exactly K batches therefore convex in K. Sources: Aggarwal, Schieber,
// Tokuyama, Finding a minimum-weight k-link path in graphs with the concave Monge property,
// Discrete & Computational Geometry 12 (1994); Galil, Park, Dynamic programming with convexity,
// concavity and sparsity, Theoretical Computer Science 92 (1992).
//
// With a limit of size line i expires after j = i + limit. It would be wrong to merely drop expired
// lines from the front of the envelope: a line that was dropped because its neighbours were better
// may be the best when one of them has expired. So what is compared is when a line is left for the
// next: where that one falls below it, or where it expires, whichever is first.

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

// Sums over all calls: calls x the time from the first to the last, for which 64 bits may not do.
__extension__ using Wide = __int128;

constexpr std::size_t kMostCalls = std::size_t{1} << 31U;

// No batch is larger than all calls together.
std::size_t LimitOf(std::span<const Instant> arrivals, SizeLimit max_items) {
  CHECK(arrivals.size() < kMostCalls);
  CHECK(!max_items || *max_items > 0);
  return std::min<std::size_t>(arrivals.size(), max_items.value_or(arrivals.size()));
}

// A way to batch the first `start` calls; the next batch begins after them.
struct Line {
  std::size_t start = 0;
  std::uint64_t batches = 0;
  Wide intercept = 0;        // F + P at `start`
  std::int64_t from_ns = 0;  // the first time at which it is to be preferred to the line before it
};

// The first integer time from which `later` is to be preferred to `earlier`: where it costs less,
// or as much with fewer batches, or else is the same.
std::int64_t PreferredFrom(const Line& earlier, const Line& later) {
  const Wide rise = later.intercept - earlier.intercept;  // not negative: F and P never fall
  const Wide slope = static_cast<Wide>(later.start - earlier.start);
  const Wide whole = rise / slope;
  const bool after = whole * slope != rise || later.batches > earlier.batches;
  // A line that has not fallen below another in 292 years does not matter.
  return static_cast<std::int64_t>(
      std::min<Wide>(whole + (after ? 1 : 0), std::numeric_limits<std::int64_t>::max()));
}

// The lines that are the best now or may be so later, in the order in which they will be. That of
// two neighbours the earlier is left at call j means: its successor is to be preferred at a_j, or
// it has expired. These j never fall from the front to the back.
class Envelope {
 public:
  Envelope(std::span<const Instant> arrivals, std::size_t limit)
      : arrivals_(arrivals), limit_(limit) {}

  // The best start for a batch that ends with call j (from 1). REQUIRES: j never falls.
  const Line& BestFor(std::size_t j) {
    while (lines_.size() > 1 && (Time(j) >= lines_[1].from_ns || j > LastOf(lines_[0]))) {
      lines_.pop_front();
    }
    return lines_.front();
  }

  void Add(Line line) {
    while (!lines_.empty()) {
      line.from_ns = PreferredFrom(lines_.back(), line);
      if (lines_.size() == 1 || !LeftAtOnce(lines_[lines_.size() - 2], lines_.back(), line)) {
        break;
      }
      lines_.pop_back();
    }
    lines_.push_back(line);
  }

  // Time 0 is the first arrival. Call j, from 1.
  [[nodiscard]] std::int64_t Time(std::size_t j) const {
    return (arrivals_[j - 1] - arrivals_.front()).count();
  }

 private:
  // The last call that a batch may end with that begins there.
  [[nodiscard]] std::size_t LastOf(const Line& line) const {
    return std::min(line.start + limit_, arrivals_.size());
  }

  // Whether `line`, between `before` and `after`, is left no later than it is come to: `after` is
  // to be preferred to it no later than it is to `before`, and before `before` expires. (`line`
  // itself expires later.)
  [[nodiscard]] bool LeftAtOnce(const Line& before, const Line& line, const Line& after) const {
    const std::size_t expiry = LastOf(before) + 1;
    return after.from_ns <= line.from_ns &&
           (expiry > arrivals_.size() || Time(expiry) >= after.from_ns);
  }

  std::span<const Instant> arrivals_;
  std::size_t limit_;
  std::deque<Line> lines_;
};

}  // namespace

Duration CostOf(const Batching& batching, Duration price) {
  return price * static_cast<std::int64_t>(batching.batches) + batching.waiting;
}

Batching LeastCost(std::span<const Instant> arrivals, Duration price, SizeLimit max_items) {
  CHECK(price >= Duration(0));
  const std::size_t limit = LimitOf(arrivals, max_items);
  if (arrivals.empty()) {
    return {};
  }
  const auto calls = static_cast<std::int64_t>(arrivals.size());
  CHECK(price.count() <= std::numeric_limits<std::int64_t>::max() / calls);
  Envelope envelope(arrivals, limit);
  Line path;  // the best way to batch the first j calls
  Wide cost = 0;
  Wide sum_of_times = 0;
  envelope.Add(path);
  for (std::size_t j = 1; j <= arrivals.size(); ++j) {
    const Line& best = envelope.BestFor(j);
    const std::int64_t now = envelope.Time(j);
    CHECK(j == 1 || arrivals[j - 1] >= arrivals[j - 2]);
    sum_of_times += now;
    cost = price.count() - sum_of_times + best.intercept + static_cast<Wide>(j - best.start) * now;
    path = {.start = j, .batches = best.batches + 1, .intercept = cost + sum_of_times};
    envelope.Add(path);
  }
  const Wide waiting = cost - static_cast<Wide>(path.batches) * price.count();
  return {.batches = path.batches, .waiting = Duration(static_cast<std::int64_t>(waiting))};
}

FewestBatches FewestWithin(std::span<const Instant> arrivals, Duration max_wait,
                           SizeLimit max_items) {
  CHECK(max_wait >= Duration(0));
  FewestBatches fewest;
  const std::size_t limit = LimitOf(arrivals, max_items);
  std::size_t first = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const Duration age = arrivals[i] - arrivals[first];
    if (i == 0 || age > max_wait || i - first == limit) {
      if (age > max_wait && i - first < limit) {
        fewest.next_window = std::min(fewest.next_window.value_or(age), age);
      }
      ++fewest.batches;
      first = i;
    } else {
      fewest.longest_wait = std::max(fewest.longest_wait, age);
    }
  }
  return fewest;
}

}  // namespace results
