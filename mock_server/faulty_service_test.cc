#include "mock_server/faulty_service.h"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace mock_server {
namespace {

using batcher::At;
using batcher::Choice;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;

using Fields = std::vector<std::pair<std::string_view, double>>;

ServiceOptions With(FaultKind kind, const Fields& fields = {}) {
  Choice choice(FaultKinds()[static_cast<std::size_t>(kind)]);
  for (const auto& [name, value] : fields) {
    choice.Set(name, value);
  }
  return {.faults = {choice}};
}

std::uint64_t CountOf(const FaultyService& service, FaultKind kind) {
  return service.log().counts.at(static_cast<std::size_t>(kind));
}

TEST(FaultyServiceTest, WithoutFaultsItIsTheModel) {
  FaultyService service({}, 1);
  ServiceModel model({}, 1);
  EXPECT_EQ(service.Single({.ordinal = 4}, At(1ms)).served.ready,
            model.Single({.ordinal = 4}, At(1ms)).ready);
  const FaultyServed batch = service.Batch(10, {.ordinal = 5}, At(2ms));
  EXPECT_EQ(batch.served.ready, model.Batch(10, {.ordinal = 5}, At(2ms)).ready);
  EXPECT_FALSE(batch.fault);
  Job job{.ready = batch.served.ready};
  EXPECT_EQ(service.Poll(&job, At(3ms)).served.status, 202);
  EXPECT_EQ(service.Poll(&job, job.ready).served.status, 200);
  EXPECT_TRUE(service.Poll(nullptr, job.ready).unknown_job);
}

TEST(FaultyServiceTest, AFaultInPlaceOfTheServiceCostsItNoWork) {
  FaultyService service(With(FaultKind::kHang), 1);
  const FaultyServed single = service.Single({.ordinal = 7}, At(0s));
  ASSERT_TRUE(single.fault);
  EXPECT_TRUE(IsInPlaceOfService(*single.fault));
  EXPECT_TRUE(IsInPlaceOfService(*service.Batch(10, {}, At(0s)).fault));
  EXPECT_EQ(service.model().work_done().service_ns, 0U);
  EXPECT_EQ(CountOf(service, FaultKind::kHang), 2U);
  EXPECT_EQ(service.log().done.front().ordinal, 7U);
  EXPECT_EQ(service.log().half_credits_lost, 0U);
}

TEST(FaultyServiceTest, WhatIsChargedForAnUnreadableReplyIsLost) {
  FaultyService service(With(FaultKind::kGarbage), 1);
  const FaultyServed single = service.Single({}, At(0s));
  ASSERT_TRUE(single.fault);
  EXPECT_FALSE(IsInPlaceOfService(*single.fault));
  EXPECT_EQ(single.served.status, 200);
  EXPECT_GT(service.model().work_done().service_ns, 0U);
  EXPECT_EQ(service.log().half_credits_lost, 2U);
  static_cast<void>(service.Batch(10, {}, At(0s)));
  EXPECT_EQ(service.log().half_credits_lost, 12U);
  FaultyService readable(With(FaultKind::kDrip), 1);
  static_cast<void>(readable.Single({}, At(0s)));
  EXPECT_EQ(readable.log().half_credits_lost, 0U);
}

TEST(FaultyServiceTest, APollOfAnUnreadableAnswerLosesNoCredits) {
  FaultyService service(With(FaultKind::kCut, {{"on", 0b100}}), 1);
  Job job;
  EXPECT_EQ(service.Poll(&job, At(1s)).fault->kind, FaultKind::kCut);
  EXPECT_EQ(service.log().half_credits_lost, 0U);
}

TEST(FaultyServiceTest, ABatchThatIsNeverReadyIsPendingForEver) {
  FaultyService service(With(FaultKind::kNeverReady), 1);
  const FaultyServed batch = service.Batch(2, {}, At(0s));
  EXPECT_EQ(batch.served.status, 202);
  Job job{.ready = batch.served.ready};
  EXPECT_EQ(service.Poll(&job, At(1000h)).served.status, 202);
}

TEST(FaultyServiceTest, ALostJobStaysLost) {
  FaultyService service(With(FaultKind::kLostJob, {{"for", 1e9}}), 1);
  Job job{.ready = At(0s)};
  const FaultyServed poll = service.Poll(&job, At(1s - 1ns));
  EXPECT_TRUE(poll.unknown_job);
  EXPECT_EQ(poll.fault->kind, FaultKind::kLostJob);
  const FaultyServed again = service.Poll(&job, At(2s));
  EXPECT_TRUE(again.unknown_job);
  EXPECT_FALSE(again.fault) << "it was lost before";
  EXPECT_EQ(CountOf(service, FaultKind::kLostJob), 1U);
}

TEST(FaultyServiceTest, EachPollOfABatchIsAnother) {
  FaultyService service(With(FaultKind::kHang, {{"rate", 0.5}}), 1);
  Job job{.ready = At(0s)};
  for (int poll = 0; poll < 40; ++poll) {
    static_cast<void>(service.Poll(&job, At(1s)));
  }
  EXPECT_EQ(job.polls, 40U);
  EXPECT_GT(CountOf(service, FaultKind::kHang), 5U);
  EXPECT_LT(CountOf(service, FaultKind::kHang), 35U);
}

TEST(FaultyServiceTest, WhatTheModelRefusesMeetsNoOtherFault) {
  ServiceOptions options = With(FaultKind::kGarbage);
  options.rate_limit = RateLimit{.rate_per_second = 1, .burst = 1};
  FaultyService service(options, 1);
  EXPECT_TRUE(service.Single({}, At(0s)).fault);
  const FaultyServed refused = service.Single({}, At(0s));
  EXPECT_EQ(refused.served.status, 429);
  EXPECT_FALSE(refused.fault);
  EXPECT_EQ(CountOf(service, FaultKind::kGarbage), 1U);
}

TEST(FaultyServiceTest, KnowsWhichOfItsRefusalsWereOnPurpose) {
  FaultyService service(With(FaultKind::kStatus, {{"status", 429}}), 1);
  static_cast<void>(service.Single({}, At(0s)));
  EXPECT_EQ(service.log().too_many_requests, 1U);
}

TEST(FaultyServiceTest, FaultsBeginWithTheRun) {
  FaultyService service(With(FaultKind::kHang, {{"from", 1e9}}), 1);
  service.StartFaults(batcher::kNever);
  EXPECT_FALSE(service.Single({}, At(100s)).fault) << "not before it is told of the run";
  service.StartFaults(At(200s));
  EXPECT_FALSE(service.Single({}, At(201s - 1ns)).fault);
  EXPECT_TRUE(service.Single({}, At(201s)).fault);
}

}  // namespace
}  // namespace mock_server
