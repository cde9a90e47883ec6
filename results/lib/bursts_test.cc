#include "results/lib/bursts.h"

#include <gtest/gtest.h>

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Outcome;

batcher::CallRecord Ended(std::uint64_t call, batcher::Duration intended,
                          batcher::Duration delivered, Outcome outcome = Outcome::kValue) {
  return {.call = call, .outcome = outcome, .intended = At(intended), .delivered = At(delivered)};
}

TEST(BurstsTest, ABurstIsDoneWithItsLastCallAndCountsFromItsFirst) {
  Bursts bursts;
  bursts.Arrive(0, 0);
  bursts.Arrive(1, 0);
  bursts.Arrive(2, 1);
  bursts.End(Ended(1, 2ms, 5ms));
  EXPECT_FALSE(bursts.Take());
  bursts.End(Ended(0, 1ms, 9ms));
  const auto done = bursts.Take();
  ASSERT_TRUE(done);
  EXPECT_EQ(done->completion, 8ms);
  EXPECT_FALSE(bursts.Take());
}

TEST(BurstsTest, TheLastBurstMayStillGrow) {
  Bursts bursts;
  bursts.Arrive(0, 0);
  bursts.End(Ended(0, 0ms, 1ms));
  EXPECT_FALSE(bursts.Take());
  bursts.Arrive(1, 0);
  bursts.End(Ended(1, 2ms, 3ms));
  EXPECT_FALSE(bursts.Take());
  bursts.EndArrivals();
  ASSERT_TRUE(bursts.Take());
  EXPECT_FALSE(bursts.Take());
}

TEST(BurstsTest, ACallWithoutAnswerLeavesItsBurstIncomplete) {
  Bursts bursts;
  bursts.Arrive(0, 0);
  bursts.Arrive(1, 0);
  bursts.EndArrivals();
  bursts.End(Ended(0, 0ms, 1ms));
  bursts.End(Ended(1, 0ms, 30s, Outcome::kTimeout));
  const auto done = bursts.Take();
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->completion);
}

TEST(BurstsTest, CallsOfNoBurstAreIgnored) {
  Bursts bursts;
  bursts.End(Ended(5, 0ms, 1ms));
  bursts.Arrive(3, 0);
  bursts.End(Ended(2, 0ms, 1ms));
  bursts.End(Ended(4, 0ms, 1ms));
  bursts.EndArrivals();
  EXPECT_FALSE(bursts.Take());
  bursts.End(Ended(3, 0ms, 1ms));
  EXPECT_TRUE(bursts.Take());
}

}  // namespace
}  // namespace results
