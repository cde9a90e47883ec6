#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Instant;

constexpr const char* kTwenty =
    R"({"kind": "closed", "callers": 20, "think": "50ms", "for": "20s"})";

// All calls, each answered after `service`, in the order of their times.
std::vector<Arrival> CallsOf(ArrivalStream stream, Duration service) {
  std::vector<Arrival> calls;
  std::multimap<Instant, std::uint64_t> answers;
  while (stream.next_at() != batcher::kNever || !answers.empty()) {
    if (!answers.empty() && answers.begin()->first <= stream.next_at()) {
      stream.Ended(answers.begin()->second, answers.begin()->first);
      answers.erase(answers.begin());
      continue;
    }
    calls.push_back(*stream.Next());
    answers.emplace(calls.back().at + service, calls.back().ordinal);
  }
  return calls;
}

TEST(ClosedArrivalsTest, NobodyCallsAgainBeforeTheAnswer) {
  ArrivalStream stream = Open(kTwenty);
  EXPECT_TRUE(stream.waits());
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(stream.Next());
  }
  EXPECT_EQ(stream.next_at(), batcher::kNever);
  EXPECT_FALSE(stream.Next());
  stream.Ended(7, At(1s));
  const Instant again = stream.next_at();
  EXPECT_GT(again, At(1s));
  const auto arrival = stream.Next();
  EXPECT_EQ(arrival->at, again);
  EXPECT_EQ(arrival->ordinal, 20U);
}

// A cycle is a thought and a wait, so callers / (think + service) calls per second.
TEST(ClosedArrivalsTest, ASlowServiceSlowsTheCalls) {
  for (const Duration service : {0ms, 50ms, 200ms}) {
    const double cycle = batcher::ToSeconds(50ms + service);
    EXPECT_NEAR(static_cast<double>(CallsOf(Open(kTwenty), service).size()), 20 * 20 / cycle,
                0.05 * 20 * 20 / cycle);
  }
}

TEST(ClosedArrivalsTest, CallsAscendAndEndInTime) {
  Instant last;
  std::uint64_t ordinal = 0;
  for (const Arrival& call : CallsOf(Open(kTwenty), 30ms)) {
    EXPECT_GE(call.at, last);
    EXPECT_LT(call.at, At(20s));
    EXPECT_EQ(call.ordinal, ordinal++);
    last = call.at;
  }
}

TEST(ClosedArrivalsTest, ThoughtsDoNotDependOnTheService) {
  const auto thoughts_of_first = [](Duration service) {
    std::vector<Duration> thoughts;
    Instant answered;
    for (const Arrival& call : CallsOf(Open(kTwenty), service)) {
      if (call.caller == 3) {
        thoughts.push_back(call.at - answered);
        answered = call.at + service;
      }
    }
    thoughts.resize(20);
    return thoughts;
  };
  EXPECT_EQ(thoughts_of_first(1ms), thoughts_of_first(300ms));
}

TEST(ClosedArrivalsTest, AreNoPartOfAMix) {
  EXPECT_EQ(
      Refused(R"({"kind": "mix", "parts": [{"kind": "closed"}]})"),
      "test.json: arrivals: found a part of the kind closed, wanted arrivals that do not wait "
      "for answers");
}

}  // namespace
}  // namespace scenarios
