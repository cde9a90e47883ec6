// Goal: the calls of a log come again as they came, session by session, burst by burst, and more or
// fewer of them in the ways that are asked for.
// Method: small logs made here; their streams are read to the end.

#include "bench/tune_replay.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace bench {
namespace {

using batcher::At;
using batcher::Instant;
using scenarios::CallLog;
using scenarios::LoggedCall;
using testing::ElementsAre;
using namespace std::chrono_literals;

CallLog LogOf(std::vector<LoggedCall> calls) { return {.calls = std::move(calls)}; }

std::vector<scenarios::Arrival> ArrivalsOf(RecordedCalls calls) {
  std::vector<scenarios::Arrival> arrivals;
  while (const auto next = calls.arrivals.Next()) {
    arrivals.push_back(*next);
  }
  return arrivals;
}

std::vector<Instant> TimesOf(const RecordedCalls& calls) {
  std::vector<Instant> times;
  for (const scenarios::Arrival& arrival : ArrivalsOf(calls)) {
    times.push_back(arrival.at);
  }
  return times;
}

TEST(TuneReplayTest, APartCountsFromItsFirstCall) {
  const CallLog log = LogOf({{.at = At(0ms)}, {.at = At(3ms)}, {.at = At(7ms)}, {.at = At(9ms)}});
  EXPECT_THAT(TimesOf(Replayed(log, 1, 2)), ElementsAre(At(0ms), At(4ms)));
}

TEST(TuneReplayTest, GroupsAreBurstsUnlessTheyInterleave) {
  CallLog log = LogOf({{.at = At(0ms), .group = 2},
                       {.at = At(1ms), .group = 2},
                       {.at = At(2ms)},
                       {.at = At(3ms), .group = 0},
                       {.at = At(4ms), .group = 1},
                       {.at = At(5ms), .group = 0},
                       {.at = At(6ms), .group = 3}});
  log.groups = 4;
  EXPECT_THAT(InterleavedGroups(log), ElementsAre(true, false, false, false));
  std::vector<std::uint32_t> bursts;
  for (const scenarios::Arrival& arrival : ArrivalsOf(Replayed(log, 0, 7))) {
    bursts.push_back(arrival.burst);
  }
  EXPECT_THAT(bursts, ElementsAre(0, 0, scenarios::kNoBurst, scenarios::kNoBurst, 1,
                                  scenarios::kNoBurst, 2));
}

TEST(TuneReplayTest, ACallOfASessionComesAsLongAfterTheAnswerAsItDid) {
  CallLog log = LogOf({{.at = At(0ms), .ended = At(10ms), .session = 0},
                       {.at = At(5ms), .ended = At(25ms)},
                       {.at = At(14ms), .ended = At(20ms), .session = 0}});
  log.sessions = 1;
  RecordedCalls calls = Replayed(log, 0, 3);
  const auto first = calls.arrivals.Next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at, At(0ms));
  EXPECT_EQ(calls.arrivals.Next()->at, At(5ms)) << "who calls once";
  EXPECT_EQ(calls.arrivals.next_at(), batcher::kNever) << "nobody was answered";
  calls.arrivals.Ended(first->ordinal, At(100ms));
  EXPECT_EQ(calls.arrivals.next_at(), At(104ms)) << "4 ms after the answer";
}

TEST(TuneReplayTest, FasterIsTheSameInLessTime) {
  const CallLog log = LogOf({{.at = At(0ms)}, {.at = At(4ms)}, {.at = At(10ms)}});
  EXPECT_THAT(TimesOf(Scaled(log, 2, MoreTraffic::kFaster)),
              ElementsAre(At(0ms), At(2ms), At(5ms)));
}

TEST(TuneReplayTest, CopiesAreShiftedAndAsMany) {
  std::vector<LoggedCall> calls;
  for (int i = 0; i < 1000; ++i) {
    calls.push_back({.at = At(i * 1ms), .key = static_cast<std::uint64_t>(i)});
  }
  const CallLog log = LogOf(std::move(calls));
  const std::vector<Instant> double_log = TimesOf(Scaled(log, 2, MoreTraffic::kCopies));
  EXPECT_EQ(double_log.size(), 2000U);
  EXPECT_TRUE(std::ranges::is_sorted(double_log));
  EXPECT_LE(double_log.back(), At(1s)) << "no longer than the log";
  const std::size_t half = TimesOf(Scaled(log, 0.5, MoreTraffic::kCopies)).size();
  EXPECT_NEAR(static_cast<double>(half), 500, 5 * std::sqrt(250)) << "five sigma of 1,000 draws";
}

// Without a column of keys every call is of its own; copies must not share look-ups.
TEST(TuneReplayTest, CopiesShareKeysOnlyIfTheLogTellsThem) {
  CallLog log = LogOf({{.at = At(0ms), .key = 0}, {.at = At(8ms), .key = 1}});
  const auto keys = [&] {
    RecordedCalls calls = Scaled(log, 2, MoreTraffic::kCopies);
    std::set<std::uint64_t> different;
    for (std::uint64_t call = 0; call < 4; ++call) {
      different.insert(calls.keys.Next());
    }
    return different.size();
  };
  EXPECT_EQ(keys(), 4U);
  log.keys = {"a", "b"};
  EXPECT_EQ(keys(), 2U);
}

}  // namespace
}  // namespace bench
