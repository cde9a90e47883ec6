#include "results/lib/clairvoyant_frontier.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "batcher/base/random.h"
#include "results/lib/test_arrivals.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Instant;
using testing::ElementsAre;
using testing::IsEmpty;

using LongestWait = LongestWaitFrontier::Point;

// The least of something by the number of batches.
using LeastOf = std::map<std::uint64_t, std::int64_t>;

void Improve(LeastOf& least, std::uint64_t batches, std::int64_t worth) {
  const auto [row, added] = least.try_emplace(batches, worth);
  row->second = std::min(row->second, worth);
}

// Three such, found by trying all partitions.
struct LeastOfAll {
  LeastOf waiting;
  LeastOf late;
  LeastOf longest_wait;
};

LeastOfAll TryAll(const std::vector<Instant>& arrivals, Duration bound, SizeLimit limit) {
  LeastOfAll least;
  ForEachPartition(arrivals, bound, [&](const Partition& one) {
    if (Fits(one, limit)) {
      const std::uint64_t batches = one.batching.batches;
      Improve(least.waiting, batches, one.batching.waiting.count());
      Improve(least.late, batches, static_cast<std::int64_t>(one.late));
      Improve(least.longest_wait, batches, one.longest_wait.count());
    }
  });
  return least;
}

// Without the batches that buy nothing. What is left falls.
LeastOf Falling(const LeastOf& least) {
  LeastOf falling;
  for (const auto& [batches, worth] : least) {
    if (falling.empty() || worth < falling.rbegin()->second) {
      falling.emplace(batches, worth);
    }
  }
  return falling;
}

// The corners of the lower convex hull, by trying for each point whether it lies on a line between
// two others or above it. REQUIRES: `falling` falls.
LeastOf Corners(const LeastOf& falling) {
  LeastOf corners;
  for (const auto& [k, worth] : falling) {
    const bool above = std::ranges::any_of(falling, [&, k = k, worth = worth](const auto& a) {
      return std::ranges::any_of(falling, [&](const auto& b) {
        const auto left = static_cast<std::int64_t>(k) - static_cast<std::int64_t>(a.first);
        const auto right = static_cast<std::int64_t>(b.first) - static_cast<std::int64_t>(k);
        return left > 0 && right > 0 &&
               worth * (left + right) >= a.second * right + b.second * left;
      });
    });
    if (!above) {
      corners.emplace(k, worth);
    }
  }
  return corners;
}

LeastOf AsLeast(const WaitingFrontier& frontier) {
  LeastOf least;
  for (const Batching& point : frontier.points) {
    least.emplace(point.batches, point.waiting.count());
  }
  return least;
}

LeastOf AsLeast(const LateFrontier& frontier) {
  LeastOf least;
  for (const LateBatching& point : frontier.points) {
    least.emplace(point.batches, static_cast<std::int64_t>(point.late));
  }
  return least;
}

LeastOf AsLeast(const LongestWaitFrontier& frontier) {
  LeastOf least;
  for (const LongestWait& point : frontier.points) {
    least.emplace(point.batches, point.longest_wait.count());
  }
  return least;
}

TEST(ClairvoyantFrontierTest, HasTheCornersThatAllPartitionsHave) {
  batcher::RandomStream draws(3, "instances");
  for (int i = 0; i < 3000; ++i) {
    const std::vector<Instant> arrivals =
        RandomArrivals(draws, 1 + draws.Below(10), 1 + draws.Below(1 + draws.Below(30)));
    const Duration bound(draws.Below(40));
    const SizeLimit limit = draws.Below(3) == 0 ? std::nullopt : SizeLimit(1 + draws.Below(6));
    const LeastOfAll least = TryAll(arrivals, bound, limit);
    const WaitingFrontier waiting = FrontierOfWaiting(arrivals, 1ms, {.max_items = limit});
    EXPECT_EQ(AsLeast(waiting), Corners(Falling(least.waiting))) << "instance " << i;
    const LateFrontier late = FrontierOfLate(arrivals, bound, {.max_items = limit});
    EXPECT_EQ(AsLeast(late), Corners(Falling(least.late))) << "instance " << i;
    const LongestWaitFrontier longest = FrontierOfLongestWait(arrivals, {.max_items = limit});
    EXPECT_EQ(AsLeast(longest), Falling(least.longest_wait)) << "instance " << i;
    EXPECT_TRUE(waiting.complete && late.complete && longest.complete);
  }
}

// On which it rests that the lines between the corners are met at each number of batches.
TEST(ClairvoyantFrontierTest, WhatIsLeastIsConvexInTheBatches) {
  const auto convex = [](const LeastOf& least) {
    return std::ranges::all_of(least, [&](const auto& row) {
      const auto one = least.find(row.first + 1);
      const auto two = least.find(row.first + 2);
      return two == least.end() || 2 * one->second <= row.second + two->second;
    });
  };
  batcher::RandomStream draws(4, "instances");
  for (int i = 0; i < 1000; ++i) {
    const std::vector<Instant> arrivals = RandomArrivals(draws, 2 + draws.Below(9), 20);
    const SizeLimit limit = i % 2 == 0 ? std::nullopt : SizeLimit(2 + draws.Below(4));
    const LeastOfAll least = TryAll(arrivals, Duration(draws.Below(40)), limit);
    EXPECT_TRUE(convex(least.waiting)) << "instance " << i;
    EXPECT_TRUE(convex(least.late)) << "instance " << i;
  }
}

// The reference log, and numbers of another program for exactly so many batches.
TEST(ClairvoyantFrontierTest, TheReferenceLogWaitsAsLittleAsAnotherProgramFound) {
  const WaitingFrontier frontier = FrontierOfWaiting(ReferenceArrivals(), 1s);
  EXPECT_TRUE(frontier.complete);
  EXPECT_EQ(frontier.points.front(), (Batching{.batches = 1, .waiting = 10'930'376ns}));
  EXPECT_EQ(frontier.points.back(), (Batching{.batches = 958, .waiting = 0ns}));
  const auto rows = std::to_array<Batching>({{2, 5'353'112ns},
                                             {5, 2'070'975ns},
                                             {10, 942'364ns},
                                             {20, 432'246ns},
                                             {50, 144'429ns},
                                             {100, 56'416ns},
                                             {200, 20'112ns}});
  for (const Batching& row : rows) {
    // On the line between the corners at or next to so many batches.
    const auto many =
        std::ranges::lower_bound(frontier.points, row.batches, {}, &Batching::batches);
    const auto few = many - 1;
    const auto span = static_cast<std::int64_t>(many->batches - few->batches);
    const auto left = static_cast<std::int64_t>(many->batches - row.batches);
    EXPECT_EQ(row.waiting, many->waiting + (few->waiting - many->waiting) / span * left)
        << row.batches;
  }
}

TEST(ClairvoyantFrontierTest, TheFewestBatchesOfTheReferenceLogAreItsStaircase) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const LongestWaitFrontier frontier = FrontierOfLongestWait(arrivals);
  EXPECT_TRUE(frontier.complete);
  for (std::size_t i = 1; i < frontier.points.size(); ++i) {
    const LongestWait& few = frontier.points[i - 1];
    const LongestWait& many = frontier.points[i];
    EXPECT_EQ(FewestWithin(arrivals, few.longest_wait).batches, few.batches);
    EXPECT_EQ(FewestWithin(arrivals, few.longest_wait - 1ns).batches, many.batches);
  }
}

// A limit of points leaves some out, spread by ratio, and those that stay are still exact.
TEST(ClairvoyantFrontierTest, WithFewPointsTellsSoAndKeepsTheEnds) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const WaitingFrontier all = FrontierOfWaiting(arrivals, 1s);
  const WaitingFrontier some = FrontierOfWaiting(arrivals, 1s, {.max_points = 40});
  EXPECT_FALSE(some.complete);
  EXPECT_EQ(some.points.size(), 40U);
  EXPECT_TRUE(
      std::ranges::includes(all.points, some.points, {}, &Batching::batches, &Batching::batches));
  EXPECT_EQ(some.points.front(), all.points.front());
  EXPECT_EQ(some.points.back(), all.points.back());

  const LongestWaitFrontier waits = FrontierOfLongestWait(arrivals, {.max_points = 40});
  EXPECT_FALSE(waits.complete);
  EXPECT_EQ(waits.points.size(), 40U);
  EXPECT_EQ(waits.points.front().batches, 1U);
  EXPECT_EQ(waits.points.back(), (LongestWait{.batches = 958, .longest_wait = 0ns}));
  for (const LongestWait& point : waits.points) {
    EXPECT_EQ(FewestWithin(arrivals, point.longest_wait).batches, point.batches);
  }
}

TEST(ClairvoyantFrontierTest, BeginsAtTheHighestPrice) {
  const std::vector<Instant> arrivals = {At(0ms), At(1ms), At(10ms)};
  EXPECT_THAT(FrontierOfWaiting(arrivals, 17ms).points,
              ElementsAre(Batching{2, 1ms}, Batching{3, 0ms}));
  EXPECT_THAT(FrontierOfWaiting(arrivals, 18ms + 1ns).points,
              ElementsAre(Batching{1, 19ms}, Batching{2, 1ms}, Batching{3, 0ms}));
}

TEST(ClairvoyantFrontierTest, CallsThatComeTogetherAreOnePoint) {
  const std::vector<Instant> arrivals(5, At(3ms));
  EXPECT_THAT(FrontierOfWaiting(arrivals, 1s).points, ElementsAre(Batching{1, 0ns}));
  EXPECT_THAT(FrontierOfLongestWait(arrivals).points, ElementsAre(LongestWait{1, 0ns}));
  EXPECT_THAT(FrontierOfLate(arrivals, 0ns).points, ElementsAre(LateBatching{1, 0}));
  EXPECT_THAT(FrontierOfLate(arrivals, 0ns, {.max_items = 2}).points,
              ElementsAre(LateBatching{3, 0}));
}

TEST(ClairvoyantFrontierTest, NoCallsHaveNoPoints) {
  EXPECT_THAT(FrontierOfWaiting({}, 1s).points, IsEmpty());
  EXPECT_THAT(FrontierOfLongestWait({}).points, IsEmpty());
  EXPECT_THAT(FrontierOfLate({}, 1s).points, IsEmpty());
}

}  // namespace
}  // namespace results
