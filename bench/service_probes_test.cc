#include "bench/service_probes.h"

#include <gtest/gtest.h>

// When an answer was ready, to the nanosecond, from the times of the requests.

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;
using batcher::RequestRecord;

RequestRecord Request(RequestKind kind, ReplyKind reply, Duration sent, Duration duration) {
  return {.kind = kind, .reply = reply, .sent = At(sent), .duration = duration};
}

SentProbe Answered(std::vector<RequestRecord> requests) {
  return {.shape = {.batch = true, .size = 10},
          .outcome = Outcome::kValue,
          .requests = std::move(requests)};
}

TEST(ServiceProbesTest, APolledBatchWasReadyBetweenTwoPolls) {
  const auto ready =
      ReadyTimeOf(Answered({Request(RequestKind::kSubmit, ReplyKind::kPending, 100ms, 7ms),
                            Request(RequestKind::kPoll, ReplyKind::kPending, 110ms, 4ms),
                            Request(RequestKind::kPoll, ReplyKind::kPending, 120ms, 2ms),
                            Request(RequestKind::kPoll, ReplyKind::kAnswered, 130ms, 12ms)}),
                  4ms);
  ASSERT_TRUE(ready);
  EXPECT_TRUE(ready->pending);
  EXPECT_EQ(ready->polls, 3U);
  EXPECT_EQ(ready->after, 121ms - 102ms);
  EXPECT_EQ(ready->before, 132ms - 102ms) << "bringing a large answer is no work of the service";
  EXPECT_EQ(ready->sent, At(100ms));
  EXPECT_EQ(ready->replied, At(142ms));
}

TEST(ServiceProbesTest, DoneAtTheFirstPollItWasReadyAnyTimeBefore) {
  const auto ready =
      ReadyTimeOf(Answered({Request(RequestKind::kSubmit, ReplyKind::kPending, 0ms, 4ms),
                            Request(RequestKind::kPoll, ReplyKind::kAnswered, 30ms, 4ms)}),
                  4ms);
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->after, 0ms);
  EXPECT_EQ(ready->before, 30ms);
}

TEST(ServiceProbesTest, WhatIsAnsweredAtOnceWasReadyARoundTripBefore) {
  const SentProbe probe =
      Answered({Request(RequestKind::kSingle, ReplyKind::kAnswered, 5ms, 60ms)});
  const auto ready = ReadyTimeOf(probe, 10ms);
  ASSERT_TRUE(ready);
  EXPECT_FALSE(ready->pending);
  EXPECT_EQ(ready->before, 50ms);
  EXPECT_EQ(ready->after, 50ms);
  EXPECT_EQ(ReadyTimeOf(probe, 70ms)->before, 1ns) << "a time is above 0";
}

TEST(ServiceProbesTest, OfSeveralAttemptsTheOneThatWasTakenOnCounts) {
  const auto ready =
      ReadyTimeOf(Answered({Request(RequestKind::kSubmit, ReplyKind::kPending, 0ms, 2ms),
                            Request(RequestKind::kPoll, ReplyKind::kLost, 50ms, 2ms),
                            Request(RequestKind::kSubmit, ReplyKind::kFailed, 100ms, 2ms),
                            Request(RequestKind::kSubmit, ReplyKind::kPending, 200ms, 2ms),
                            Request(RequestKind::kPoll, ReplyKind::kFailed, 210ms, 2ms),
                            Request(RequestKind::kPoll, ReplyKind::kAnswered, 230ms, 2ms)}),
                  2ms);
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->sent, At(200ms));
  EXPECT_EQ(ready->polls, 2U);
  EXPECT_EQ(ready->after, 0ms) << "a failed poll tells nothing";
  EXPECT_EQ(ready->before, 30ms);
}

TEST(ServiceProbesTest, AFailedProbeTellsNoTime) {
  SentProbe probe = Answered({Request(RequestKind::kSubmit, ReplyKind::kPending, 0ms, 2ms)});
  probe.outcome = Outcome::kTimeout;
  EXPECT_FALSE(ReadyTimeOf(probe, 2ms));
  EXPECT_FALSE(ReadyTimeOf({}, 2ms));
}

TEST(ServiceProbesTest, TheRoundTripIsTheMedianOfPendingPolls) {
  EXPECT_FALSE(RoundTripOf({}));
  std::vector<SentProbe> probes = {
      Answered({Request(RequestKind::kSingle, ReplyKind::kAnswered, 5ms, 60ms)})};
  EXPECT_FALSE(RoundTripOf(probes));
  probes.push_back(Answered({Request(RequestKind::kSubmit, ReplyKind::kPending, 0ms, 50ms),
                             Request(RequestKind::kPoll, ReplyKind::kPending, 60ms, 3ms),
                             Request(RequestKind::kPoll, ReplyKind::kPending, 70ms, 4ms),
                             Request(RequestKind::kPoll, ReplyKind::kPending, 80ms, 40ms),
                             Request(RequestKind::kPoll, ReplyKind::kAnswered, 90ms, 1ms)}));
  EXPECT_EQ(RoundTripOf(probes)->estimate, 4);
}

}  // namespace
}  // namespace bench
