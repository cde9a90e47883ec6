// Goal: the arrivals of a scenario come again and again, for as long as was asked, and no longer.
// Method: small scenarios; their calls are taken one after the other.

#include "bench/endless_calls.h"

#include <gmock/gmock.h>

#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::At;
using batcher::Instant;
using testing::ElementsAre;
using namespace std::chrono_literals;

EndlessCalls Open(const std::string& arrivals, batcher::Duration length) {
  const auto scenario =
      scenarios::ParseScenario(R"({"arrivals": )" + arrivals + "}", "test.json", {});
  EXPECT_TRUE(scenario) << scenario.error().message;
  auto calls = EndlessCalls::Open(*scenario, length);
  EXPECT_TRUE(calls) << calls.error().message;
  return *std::move(calls);
}

TEST(EndlessCallsTest, RoundsFollowOneAnotherAMeanGapApart) {
  EndlessCalls calls = Open(R"({"kind": "constant", "rate": "10/s", "count": 3})", 650ms);
  std::vector<Instant> times;
  std::vector<std::uint64_t> numbers;
  while (calls.next_at() != batcher::kNever) {
    const PlannedCall call = calls.Take();
    times.push_back(call.at);
    numbers.push_back(call.call);
  }
  ASSERT_GE(times.size(), 6U);
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_EQ(times[i] - times[i - 1], 100ms) << i;
    EXPECT_EQ(numbers[i], i);
  }
  EXPECT_LT(times.back(), At(650ms));
  EXPECT_GE(times.back(), At(500ms));
}

TEST(EndlessCallsTest, CallsThatComeAtOnceComeAgainASecondLater) {
  EndlessCalls calls = Open(R"({"kind": "burst", "size": 2})", 1500ms);
  std::vector<Instant> times;
  while (calls.next_at() != batcher::kNever) {
    times.push_back(calls.Take().at);
  }
  EXPECT_THAT(times, ElementsAre(At(0ms), At(0ms), At(1s), At(1s)));
}

TEST(EndlessCallsTest, CallersWhoWaitBeginAgainWhenNobodyDoesAnyMore) {
  EndlessCalls calls =
      Open(R"({"kind": "closed", "callers": 1, "think": "1ms", "for": "100ms"})", 10s);
  EXPECT_TRUE(calls.waits());
  const PlannedCall first = calls.Take();
  EXPECT_EQ(calls.next_at(), batcher::kNever) << "the only caller waits";
  calls.Ended(first.call, At(200ms));
  EXPECT_GT(calls.next_at(), At(1200ms)) << "a second after the last answer, and a thought";
  EXPECT_LT(calls.next_at(), At(1300ms));
  EXPECT_EQ(calls.Take().call, 1U);
}

}  // namespace
}  // namespace bench
