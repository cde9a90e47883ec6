#include "batcher/flow/batch_flow.h"

#include <gtest/gtest.h>

#include "batcher/core/options.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using Kind = BatchFlow::Action::Kind;

FlowRules Rules(const Choice& poll) {
  return {.schedule = PollSchedule(poll), .retries = 2, .estimate = {}, .jitter = RandomStream(1)};
}

TEST(BatchFlowTest, SubmitsPollsAndFinishes) {
  FlowRules rules = Rules(FixedPoll(100ms));
  BatchFlow flow(EndpointKind::kBatch, 10);
  EXPECT_EQ(flow.Start().kind, Kind::kSend);
  EXPECT_EQ(flow.Start().request, RequestKind::kSubmit);
  const auto pending = flow.OnReply(ReplyKind::kPending, {}, At(5ms), rules);
  EXPECT_EQ(pending.kind, Kind::kSleep);
  EXPECT_EQ(pending.until, At(105ms));
  EXPECT_EQ(flow.OnWake().request, RequestKind::kPoll);
  EXPECT_EQ(flow.OnReply(ReplyKind::kAnswered, {}, At(110ms), rules).kind, Kind::kFinish);
}

TEST(BatchFlowTest, ASingleCallNeedsNoPoll) {
  FlowRules rules = Rules(FixedPoll(100ms));
  BatchFlow flow(EndpointKind::kSingle, 1);
  EXPECT_EQ(flow.Start().request, RequestKind::kSingle);
  EXPECT_EQ(flow.OnReply(ReplyKind::kAnswered, {}, At(60ms), rules).kind, Kind::kFinish);
}

TEST(BatchFlowTest, CountsFailuresInARowOnly) {
  FlowRules rules = Rules(FixedPoll(100ms));
  BatchFlow flow(EndpointKind::kBatch, 10);
  Instant now = At(0ms);
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, now, rules).kind, Kind::kSleep);
    EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, now, rules).kind, Kind::kSleep);
    EXPECT_EQ(flow.OnReply(ReplyKind::kPending, {}, now, rules).kind, Kind::kSleep);
  }
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, now, rules).kind, Kind::kSleep);
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, now, rules).kind, Kind::kSleep);
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, now, rules).kind, Kind::kFinish);
}

TEST(BatchFlowTest, AServiceThatForgetsEveryBatchIsNotAskedForEver) {
  FlowRules rules = Rules(FixedPoll(100ms));
  BatchFlow flow(EndpointKind::kBatch, 10);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(flow.OnReply(ReplyKind::kPending, {}, At(0ms), rules).kind, Kind::kSleep);
    EXPECT_EQ(flow.OnReply(ReplyKind::kLost, {}, At(0ms), rules).kind, Kind::kSleep);
    EXPECT_EQ(flow.OnWake().request, RequestKind::kSubmit);
  }
  EXPECT_EQ(flow.OnReply(ReplyKind::kPending, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(flow.OnReply(ReplyKind::kLost, {}, At(0ms), rules).kind, Kind::kFinish);
}

TEST(BatchFlowTest, TeachesTheEstimateByFirstPollsOnly) {
  FlowRules rules = Rules(ExpectedPoll());
  BatchFlow first(EndpointKind::kBatch, 10);
  static_cast<void>(first.OnReply(ReplyKind::kPending, {}, At(0ms), rules));
  static_cast<void>(first.OnReply(ReplyKind::kPending, {}, At(50ms), rules));
  static_cast<void>(first.OnReply(ReplyKind::kAnswered, {}, At(75ms), rules));
  EXPECT_EQ(rules.estimate.Predict(10), 75ms);

  BatchFlow second(EndpointKind::kBatch, 10);
  EXPECT_EQ(second.OnReply(ReplyKind::kPending, {}, At(100ms), rules).until, At(175ms));
  static_cast<void>(second.OnReply(ReplyKind::kPending, {}, At(175ms), rules));
  const Duration raised = *rules.estimate.Predict(10);
  EXPECT_GT(raised, 75ms);
  static_cast<void>(second.OnReply(ReplyKind::kPending, {}, At(183ms), rules));
  static_cast<void>(second.OnReply(ReplyKind::kAnswered, {}, At(200ms), rules));
  EXPECT_EQ(rules.estimate.Predict(10), raised);
}

TEST(BatchFlowTest, AFailedFirstPollTeachesNothing) {
  FlowRules rules = Rules(ExpectedPoll());
  rules.estimate = ReadyEstimate(100ms, 0ms);
  BatchFlow flow(EndpointKind::kBatch, 10);
  static_cast<void>(flow.OnReply(ReplyKind::kPending, {}, At(0ms), rules));
  static_cast<void>(flow.OnReply(ReplyKind::kFailed, {}, At(100ms), rules));
  static_cast<void>(flow.OnReply(ReplyKind::kAnswered, {}, At(300ms), rules));
  EXPECT_EQ(rules.estimate.Predict(10), 100ms) << "the repeated poll came too late to tell";
}

TEST(BatchFlowTest, ASingleCallThatIsLostIsAskedForAgainSingly) {
  FlowRules rules = Rules(FixedPoll(100ms));
  BatchFlow flow(EndpointKind::kSingle, 1);
  EXPECT_EQ(flow.OnReply(ReplyKind::kLost, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(flow.OnWake().request, RequestKind::kSingle);
}

TEST(BatchFlowTest, ARepeatedPollKeepsTheGapAndARepeatedSubmitNeedNot) {
  FlowRules rules = Rules(FixedPoll(100ms));
  rules.min_poll = 5s;
  BatchFlow flow(EndpointKind::kBatch, 10);
  EXPECT_LT(flow.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).until, At(1s));
  EXPECT_EQ(flow.OnReply(ReplyKind::kPending, {}, At(0ms), rules).until, At(5s));
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, At(5s), rules).until, At(10s));
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, 7s, At(10s), rules).until, At(17s));
}

TEST(BatchFlowTest, PausesTwiceAsLongEachTime) {
  FlowRules rules = Rules(FixedPoll(100ms));
  rules.retries = 4;
  BatchFlow flow(EndpointKind::kBatch, 10);
  for (const Duration middle : {100ms, 200ms, 400ms, 800ms}) {
    const Instant until = flow.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).until;
    EXPECT_GE(until, At(middle / 2));
    EXPECT_LE(until, At(middle * 3 / 2));
  }
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kFinish);
}

TEST(BatchFlowTest, WaitsAsLongAsTheServiceAsksUpToALimit) {
  FlowRules rules = Rules(FixedPoll(100ms));
  rules.retries = 3;
  rules.max_retry_after = 20s;
  BatchFlow flow(EndpointKind::kBatch, 10);
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, 20s, At(0ms), rules).until, At(20s));
  EXPECT_EQ(flow.OnReply(ReplyKind::kFailed, 21s, At(0ms), rules).until, At(20s));
  rules.max_retry_after = 0s;
  EXPECT_GE(flow.OnReply(ReplyKind::kFailed, 21s, At(0ms), rules).until, At(200ms));
}

TEST(BatchFlowTest, AllBatchesShareTheBudgetOfRetriesAndAnswersRefillIt) {
  FlowRules rules = Rules(FixedPoll(100ms));
  rules.budget = RetryBudget(RetryBudgetOptions{.reserve = 3, .share = 0.5});
  BatchFlow first(EndpointKind::kBatch, 10);
  BatchFlow second(EndpointKind::kBatch, 10);
  EXPECT_EQ(first.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(first.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(second.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(BatchFlow(second).OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kFinish);
  EXPECT_EQ(second.OnReply(ReplyKind::kPending, {}, At(0ms), rules).kind, Kind::kSleep);
  EXPECT_EQ(BatchFlow(second).OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kFinish)
      << "half a retry is none";
  EXPECT_EQ(second.OnReply(ReplyKind::kAnswered, {}, At(0ms), rules).kind, Kind::kFinish);
  EXPECT_EQ(first.OnReply(ReplyKind::kFailed, {}, At(0ms), rules).kind, Kind::kFinish)
      << "its own retries are used up";
  EXPECT_EQ(BatchFlow(EndpointKind::kBatch, 10).OnReply(ReplyKind::kLost, {}, At(0ms), rules).kind,
            Kind::kSleep);
}

}  // namespace
}  // namespace batcher
