#include "results/lib/value_of_waiting.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "batcher/base/random.h"
#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Instant;

// The fewest groups of neighbours in which no call waits longer than the window for the last one:
// every way to group is tried.
std::uint64_t FewestBatches(std::span<const Instant> arrivals, Duration window) {
  if (arrivals.empty()) {
    return 0;
  }
  std::uint64_t fewest = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t size = 1; size <= arrivals.size(); ++size) {
    if (arrivals[size - 1] - arrivals.front() <= window) {
      fewest = std::min(fewest, 1 + FewestBatches(arrivals.subspan(size), window));
    }
  }
  return fewest;
}

std::vector<Instant> RandomArrivals(std::uint64_t seed, std::size_t count,
                                    std::uint64_t gap_below_ns) {
  batcher::RandomStream gaps(seed, "gaps");
  std::vector<Instant> arrivals = {At(7ns)};
  while (arrivals.size() < count) {
    arrivals.push_back(arrivals.back() + Duration(gaps.Below(gap_below_ns)));
  }
  return arrivals;
}

TEST(ValueOfWaitingTest, CountsTheFewestBatchesThatAnybodyCouldMake) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<Instant> arrivals = RandomArrivals(seed, 2 + seed % 9, 1 + seed * 5 % 60);
    const auto value = ValueOf(arrivals, Duration(5 + seed * 3));
    ASSERT_TRUE(value);
    for (const ValueOfWaiting::Step& step : value->steps) {
      EXPECT_EQ(step.batches, FewestBatches(arrivals, step.window))
          << "seed " << seed << ", window " << step.window.count();
    }
  }
}

TEST(ValueOfWaitingTest, StepsGoFromNoWaitToTheLongestAndNeverUp) {
  const auto value = ValueOf(RandomArrivals(1, 5000, 2'000'000), 50ms);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->steps.front().window, 0ns);
  EXPECT_EQ(value->steps.back().window, 50ms);
  EXPECT_LE(value->steps.size(), 40U);
  EXPECT_TRUE(std::ranges::is_sorted(value->steps, {}, &ValueOfWaiting::Step::window));
  EXPECT_TRUE(std::ranges::is_sorted(value->steps, std::greater{}, &ValueOfWaiting::Step::batches));
}

TEST(ValueOfWaitingTest, FindsTheShortestWindowWithMostOfTheGain) {
  const std::vector<Instant> arrivals = RandomArrivals(2, 5000, 2'000'000);
  const auto value = ValueOf(arrivals, 50ms);
  ASSERT_TRUE(value);
  EXPECT_GE(value->share, kMostOfIt);
  const auto share = [&](Duration window) {
    const auto steps = ValueOf(arrivals, window)->steps;
    return static_cast<double>(arrivals.size() - steps.back().batches) /
           static_cast<double>(arrivals.size() - value->steps.back().batches);
  };
  EXPECT_DOUBLE_EQ(share(value->most_of_it), value->share);
  EXPECT_LT(share(value->most_of_it * 99 / 100), kMostOfIt);
}

TEST(ValueOfWaitingTest, ACallThatComesWhenTheWindowEndsJoins) {
  const std::vector<Instant> arrivals = {At(0ns), At(10ms)};
  EXPECT_EQ(ValueOf(arrivals, 10ms)->steps.back().batches, 1U);
  EXPECT_EQ(ValueOf(arrivals, 10ms - 1ns)->steps.back().batches, 2U);
}

TEST(ValueOfWaitingTest, CallsThatComeTogetherNeedNoWait) {
  const auto value = ValueOf(std::vector<Instant>(1000, At(3ms)), 20ms);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->steps.front().batches, 1U);
  EXPECT_EQ(value->most_of_it, 0ns);
  EXPECT_EQ(value->share, 0);
}

TEST(ValueOfWaitingTest, IsSilentWhereNothingCanBeSaid) {
  EXPECT_FALSE(ValueOf({}, 10ms));
  EXPECT_FALSE(ValueOf(std::vector<Instant>(1), 10ms));
  EXPECT_FALSE(ValueOf(std::vector<Instant>(2), 0ms));
  EXPECT_FALSE(ValueOf(std::vector<Instant>(kMostCallsValued + 1), 10ms));
  EXPECT_TRUE(ValueOf(std::vector<Instant>(2), 1ns));
}

// Ten calls, 1 ms apart; every five of them left together, 5 ms after the first.
Ledger FivesEvery5Ms() {
  Ledger ledger;
  for (std::uint64_t i = 0; i < 10; ++i) {
    batcher::CallRecord call = MakeCall(i, i / 5, std::chrono::milliseconds(i), 0ms);
    call.due = At(std::chrono::milliseconds(i / 5 * 5 + 5));
    call.delivered = call.due;
    ledger.calls.push_back(call);
    if (i % 5 == 0) {
      ledger.batches.push_back(MakeBatch(i / 5, std::chrono::milliseconds(i), 0ms));
    }
  }
  return ledger;
}

TEST(WaitingTest, TellsWhatTheLingerCostAndBought) {
  const Ledger ledger = FivesEvery5Ms();
  const auto waiting = WaitingOf(ledger, Summarise(ledger, {}));
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->mean_linger, 3ms);
  EXPECT_EQ(waiting->longest_linger, 5ms);
  EXPECT_EQ(waiting->batches_without, 10U);
  EXPECT_EQ(waiting->batches, 2U);
  EXPECT_EQ(WaitingSentence(*waiting),
            "3.00 ms on average (5.00 ms at most) bought 80 % fewer batches than calls; 100 % of "
            "the gain came in the first 4.01 ms");
}

TEST(WaitingTest, DoesNotCreditTheWaitWithWhatSlotsGathered) {
  Ledger ledger = FivesEvery5Ms();
  for (batcher::CallRecord& call : ledger.calls) {
    call.due = std::min(call.due, call.submitted + 1ms);
    call.batch = 0;
  }
  ledger.batches.resize(1);
  const auto waiting = WaitingOf(ledger, Summarise(ledger, {}));
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->batches, 5U);
}

TEST(WaitingTest, SaysSoWhereTheWaitBoughtNothing) {
  Ledger ledger = MakeLedger(10);
  for (batcher::CallRecord& call : ledger.calls) {
    call.due += 1us;
  }
  const auto waiting = WaitingOf(ledger, Summarise(ledger, {}));
  ASSERT_TRUE(waiting);
  EXPECT_THAT(WaitingSentence(*waiting),
              testing::EndsWith("bought nothing: as many batches as without any wait"));
}

TEST(WaitingTest, IsSilentWhereNoCallWaited) {
  const Ledger ledger = MakeLedger(10);
  EXPECT_FALSE(WaitingOf(ledger, Summarise(ledger, {})));
}

}  // namespace
}  // namespace results
