// Goal: nobody has fewer batches for a quantile of the wait than is told, and the bound is reached
// where it can be. Method: all partitions of few calls are tried; of many calls a window is.

#include "results/lib/clairvoyant_quantile.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "batcher/base/random.h"
#include "results/lib/clairvoyant.h"
#include "results/lib/quantile.h"
#include "results/lib/test_arrivals.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::Duration;
using batcher::Instant;

// The fewest batches of which few enough calls wait too long, of all partitions.
double FewestOfAll(const std::vector<Instant>& arrivals, Duration wait, double q) {
  const std::uint64_t allowed = arrivals.size() - QuantileRank(q, arrivals.size());
  std::uint64_t fewest = arrivals.size();
  ForEachPartition(arrivals, wait, [&](const Partition& one) {
    if (one.late <= allowed) {
      fewest = std::min(fewest, one.batching.batches);
    }
  });
  return static_cast<double>(fewest);
}

TEST(FewestForQuantileTest, IsNeverAboveWhatSomePartitionDoesAndLessThanABatchBelow) {
  batcher::RandomStream draws(1, "fewest_for_quantile");
  for (int round = 0; round < 60; ++round) {
    const std::vector<Instant> arrivals = RandomArrivals(draws, 1 + draws.Below(11), 20);
    const Duration wait(draws.Below(40));
    for (const double q : {0.0, 0.5, 0.8, 0.9, 1.0}) {
      const double bound = FewestForQuantile(arrivals, wait, q);
      const double exact = FewestOfAll(arrivals, wait, q);
      EXPECT_LE(bound, exact) << "round " << round << ", q " << q;
      // The least number of late calls is convex in the batches and falls by less than a batch
      // between two neighbours: rounding up gives what can be had.
      EXPECT_GT(bound, exact - 1) << "round " << round << ", q " << q;
    }
  }
}

TEST(FewestForQuantileTest, OfTheLongestWaitIsExactlyTheWindow) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  for (const Duration wait : {0ns, 5ns, 40ns, 300ns, 5000ns}) {
    EXPECT_EQ(FewestForQuantile(arrivals, wait, 1),
              static_cast<double>(FewestWithin(arrivals, wait).batches));
  }
}

TEST(FewestForQuantileTest, LateCallsSaveBatches) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const double all = FewestForQuantile(arrivals, 40ns, 1);
  const double p99 = FewestForQuantile(arrivals, 40ns, 0.99);
  const double p50 = FewestForQuantile(arrivals, 40ns, 0.5);
  EXPECT_LT(p99, all);
  EXPECT_LT(p50, p99);
}

TEST(FrontierOfQuantileTest, GoesFromNoWaitToOneBatchAndNeverRises) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const auto frontier = FrontierOfQuantile(arrivals, 0.99, 12);
  ASSERT_GE(frontier.size(), 12U);
  EXPECT_EQ(frontier.front().wait, 0ns);
  EXPECT_EQ(frontier.back().batches, 1);
  for (std::size_t i = 1; i < frontier.size(); ++i) {
    EXPECT_GT(frontier[i].wait, frontier[i - 1].wait);
    EXPECT_LE(frontier[i].batches, frontier[i - 1].batches);
  }
  EXPECT_TRUE(FrontierOfQuantile({}, 0.99, 12).empty());
}

TEST(FrontierOfMeanTest, GoesFromNoWaitToOneBatch) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const auto frontier = FrontierOfMean(arrivals, 12);
  ASSERT_GE(frontier.size(), 12U);
  EXPECT_EQ(frontier.front().wait, 0ns);
  EXPECT_EQ(frontier.back().batches, 1);
  const Batching at_a_price = LeastCost(arrivals, 50ns);
  for (const BatchesForWait& point : frontier) {
    const double cost = 50 * point.batches + static_cast<double>(arrivals.size()) *
                                                 (static_cast<double>(point.wait.count()) + 1);
    EXPECT_GE(cost, static_cast<double>(CostOf(at_a_price, 50ns).count()));
  }
  EXPECT_TRUE(FrontierOfMean({}, 12).empty());
}

}  // namespace
}  // namespace results
