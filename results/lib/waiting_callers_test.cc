#include "results/lib/waiting_callers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "batcher/base/random.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;
using std::chrono_literals::operator""ms;

struct Log {
  std::vector<Instant> arrivals;
  std::vector<Instant> deliveries;
};

// Calls at random, or each a thought of 30 ms after the answer to the one before; an answer takes
// 60 ms and up to twice that.
Log Calls(std::size_t count, bool waiting, std::uint64_t seed) {
  batcher::RandomStream random(seed, "calls");
  Log log;
  Instant at;
  for (std::size_t i = 0; i < count; ++i) {
    at = at + random.Exponential(waiting ? 30ms : 120ms);
    const Instant delivered =
        at + 60ms + Duration(static_cast<Duration::rep>(random.Uniform() * 60e6));
    log.arrivals.push_back(at);
    log.deliveries.push_back(delivered);
    at = waiting ? delivered : at;
  }
  return log;
}

TEST(WaitingCallersTest, OneCallerInALoopIsSeenAndALooseCrowdIsNot) {
  const Log loop = Calls(1000, true, 1);
  const auto seen = TestWaitingCallers(loop.arrivals, loop.deliveries, 1);
  ASSERT_TRUE(seen);
  EXPECT_LT(seen->p_value, 1e-6);
  EXPECT_GT(seen->share, 0.3);
  EXPECT_TRUE(seen->strong);

  const Log crowd = Calls(1000, false, 1);
  const auto open = TestWaitingCallers(crowd.arrivals, crowd.deliveries, 1);
  ASSERT_TRUE(open);
  EXPECT_GT(open->p_value, 0.05);
  EXPECT_LT(open->share, 0.1);
  EXPECT_FALSE(open->strong);
}

TEST(WaitingCallersTest, TheOrderOfDeliveriesDoesNotMatterAndTheSeedRepeatsTheResult) {
  const Log loop = Calls(500, true, 2);
  Log backwards = loop;
  std::ranges::reverse(backwards.deliveries);
  const auto once = TestWaitingCallers(loop.arrivals, loop.deliveries, 7);
  const auto again = TestWaitingCallers(backwards.arrivals, backwards.deliveries, 7);
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->p_value, again->p_value);
  EXPECT_EQ(once->share, again->share);
}

TEST(WaitingCallersTest, AFewCallsWithoutADeliveryDoNotHideALoop) {
  Log loop = Calls(1000, true, 3);
  for (std::size_t lost = 10; lost < loop.deliveries.size(); lost += 50) {
    loop.deliveries.erase(loop.deliveries.begin() + static_cast<std::ptrdiff_t>(lost));
  }
  const auto test = TestWaitingCallers(loop.arrivals, loop.deliveries, 1);
  ASSERT_TRUE(test);
  EXPECT_LT(test->p_value, 1e-4);
}

TEST(WaitingCallersTest, NoneOfFewCallsOrOfDeliveriesThatNobodyCameNear) {
  const Log few = Calls(99, true, 1);
  EXPECT_FALSE(TestWaitingCallers(few.arrivals, few.deliveries, 1));
  EXPECT_FALSE(TestWaitingCallers({}, {}, 1));
  // Once a minute a call, answered within a second.
  Log rare;
  for (int minute = 0; minute < 500; ++minute) {
    rare.arrivals.push_back(batcher::At(std::chrono::minutes(minute)));
    rare.deliveries.push_back(rare.arrivals.back() + 1000ms);
  }
  EXPECT_FALSE(TestWaitingCallers(rare.arrivals, rare.deliveries, 1));
}

TEST(WaitingCallersTest, CallsAtOneMomentAndAnswersAtOnceAreNoTrouble) {
  const std::vector<Instant> same(500, batcher::At(5ms));
  const auto test = TestWaitingCallers(same, same, 1);
  EXPECT_TRUE(!test || !test->strong);
}

}  // namespace
}  // namespace results
