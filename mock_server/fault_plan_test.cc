#include "mock_server/fault_plan.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace mock_server {
namespace {

using batcher::At;
using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using batcher::kNever;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;

using Fields = std::vector<std::pair<std::string_view, double>>;

Choice Of(FaultKind kind, const Fields& fields = {}) {
  Choice choice(FaultKinds()[static_cast<std::size_t>(kind)]);
  for (const auto& [name, value] : fields) {
    choice.Set(name, value);
  }
  return choice;
}

double Ns(Duration duration) { return static_cast<double>(duration.count()); }

FaultyRequest Request(AskedFor asked_for, std::uint64_t ordinal = 0) {
  return {.asked_for = asked_for, .key = {.ordinal = ordinal}, .has_answer = true};
}

// The ordinals of 0 .. 999 that are hit.
std::set<std::uint64_t> Hit(const FaultPlan& plan, AskedFor asked_for = AskedFor::kSubmit) {
  std::set<std::uint64_t> hit;
  for (std::uint64_t ordinal = 0; ordinal < 1000; ++ordinal) {
    if (plan.Find(Request(asked_for, ordinal), At(1s))) {
      hit.insert(ordinal);
    }
  }
  return hit;
}

TEST(FaultKindsTest, EachRowIsTheKindOfItsPlace) {
  ASSERT_EQ(FaultKinds().size(), kFaultNames.size());
  for (std::size_t i = 0; i < kFaultNames.size(); ++i) {
    EXPECT_EQ(FaultKinds()[i].name, kFaultNames[i]);
    EXPECT_EQ(FaultKindOf(Choice(FaultKinds()[i])), static_cast<FaultKind>(i));
  }
}

TEST(FaultPlanTest, WithoutEntriesNothingIsHit) {
  const FaultPlan plan({}, 1);
  EXPECT_TRUE(plan.empty());
  EXPECT_FALSE(plan.Find(Request(AskedFor::kSingle), At(0s)));
  EXPECT_EQ(plan.NextDown(At(0s)), kNever);
  EXPECT_EQ(plan.NextUp(At(5s)), At(5s));
}

TEST(FaultPlanTest, TellsWhatTheEntrySays) {
  const FaultPlan plan({Of(FaultKind::kStatus, {{"status", 429}, {"retry_after", 2e9}}),
                        Of(FaultKind::kDrip, {{"over", 3e9}, {"on", 0b001}})},
                       1);
  EXPECT_FALSE(plan.empty());
  const auto status = plan.Find(Request(AskedFor::kPoll), At(0s));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->kind, FaultKind::kStatus);
  EXPECT_EQ(status->status, 429);
  EXPECT_EQ(status->retry_after, 2s);
  EXPECT_FALSE(status->html);
  const FaultPlan drip({Of(FaultKind::kDrip, {{"over", 3e9}})}, 1);
  EXPECT_EQ(drip.Find(Request(AskedFor::kSingle), At(0s))->over, 3s);
}

TEST(FaultPlanTest, ARateIsTheShareOfTheRequests) {
  EXPECT_TRUE(Hit(FaultPlan({Of(FaultKind::kHang, {{"rate", 0}})}, 1)).empty());
  EXPECT_EQ(Hit(FaultPlan({Of(FaultKind::kHang, {{"rate", 1}})}, 1)).size(), 1000U);
  const std::size_t tenth = Hit(FaultPlan({Of(FaultKind::kHang, {{"rate", 0.1}})}, 1)).size();
  EXPECT_GT(tenth, 70U);  // 3 standard deviations are 28
  EXPECT_LT(tenth, 130U);
}

TEST(FaultPlanTest, TheSameRequestMeetsTheSameFaultWhateverElseIsAsked) {
  const std::vector<Choice> faults = {Of(FaultKind::kWrongText, {{"rate", 0.5}})};
  const FaultPlan plan(faults, 7);
  const FaultPlan again(faults, 7);
  static_cast<void>(again.Find(Request(AskedFor::kPoll, 3), At(0s)));
  EXPECT_EQ(Hit(plan), Hit(again));
  const auto request = Request(AskedFor::kSubmit, *Hit(plan).begin());
  EXPECT_EQ(plan.Find(request, At(0s))->draw, again.Find(request, At(9s))->draw);
  EXPECT_NE(Hit(plan), Hit(FaultPlan(faults, 8))) << "another seed";
  EXPECT_NE(Hit(plan), Hit(plan, AskedFor::kSingle)) << "asked for something else";
}

TEST(FaultPlanTest, EachAttemptAndEachPollIsDrawnAnew) {
  const FaultPlan plan({Of(FaultKind::kHang, {{"rate", 0.5}})}, 1);
  std::set<bool> of_attempts;
  std::set<bool> of_polls;
  for (std::uint64_t n = 0; n < 20; ++n) {
    of_attempts.insert(
        plan.Find({.asked_for = AskedFor::kSingle, .key = {.attempt = n}}, At(0s)).has_value());
    of_polls.insert(plan.Find({.asked_for = AskedFor::kPoll, .poll = n}, At(0s)).has_value());
  }
  EXPECT_EQ(of_attempts.size(), 2U);
  EXPECT_EQ(of_polls.size(), 2U);
}

TEST(FaultPlanTest, TheFirstEntryThatHitsWins) {
  const Choice hang = Of(FaultKind::kHang, {{"rate", 0.3}});
  const FaultPlan both({hang, Of(FaultKind::kReset)}, 1);
  const std::set<std::uint64_t> hanging = Hit(FaultPlan({hang}, 1));
  for (std::uint64_t ordinal = 0; ordinal < 1000; ++ordinal) {
    EXPECT_EQ(both.Find(Request(AskedFor::kSubmit, ordinal), At(1s))->kind,
              hanging.contains(ordinal) ? FaultKind::kHang : FaultKind::kReset);
  }
}

TEST(FaultPlanTest, TwoEntriesOfOneRateHitDifferentRequests) {
  const Choice half = Of(FaultKind::kHang, {{"rate", 0.5}});
  const std::size_t hit = Hit(FaultPlan({half, half}, 1)).size();
  EXPECT_GT(hit, 700U) << "three quarters";
  EXPECT_LT(hit, 800U);
}

TEST(FaultPlanTest, HitsOnlyWhatItIsOn) {
  const FaultPlan plan({Of(FaultKind::kReset, {{"on", 0b101}})}, 1);
  EXPECT_TRUE(plan.Find(Request(AskedFor::kSingle), At(0s)));
  EXPECT_FALSE(plan.Find(Request(AskedFor::kSubmit), At(0s)));
  EXPECT_TRUE(plan.Find(Request(AskedFor::kPoll), At(0s)));
  const FaultPlan of_polls({Of(FaultKind::kMissingItem, {{"on", 0b10}})}, 1);
  EXPECT_FALSE(of_polls.Find(Request(AskedFor::kSingle), At(0s)));
  EXPECT_FALSE(of_polls.Find(Request(AskedFor::kSubmit), At(0s)));
  EXPECT_TRUE(of_polls.Find(Request(AskedFor::kPoll), At(0s)));
}

TEST(FaultPlanTest, FaultsOfItemsAreForAnswersAndFaultsOfJobsForJobs) {
  FaultyRequest poll = Request(AskedFor::kPoll);
  FaultyRequest submit = Request(AskedFor::kSubmit);
  const FaultPlan item({Of(FaultKind::kExtraItem)}, 1);
  EXPECT_TRUE(item.Find(poll, At(0s)));
  EXPECT_TRUE(item.Find(submit, At(0s)));
  poll.has_answer = false;
  EXPECT_FALSE(item.Find(poll, At(0s))) << "the batch is not done";
  for (const FaultKind kind : {FaultKind::kNeverReady, FaultKind::kNoId}) {
    const FaultPlan job({Of(kind)}, 1);
    submit.has_answer = true;
    EXPECT_FALSE(job.Find(submit, At(0s))) << "batches are answered at once";
    submit.has_answer = false;
    EXPECT_TRUE(job.Find(submit, At(0s)));
    EXPECT_FALSE(job.Find(poll, At(0s)));
  }
  const FaultPlan lost({Of(FaultKind::kLostJob)}, 1);
  EXPECT_TRUE(lost.Find(poll, At(0s)));
  EXPECT_FALSE(lost.Find(submit, At(0s)));
}

TEST(FaultPlanTest, ItsTimesCountFromTheStartOfTheRun) {
  const FaultPlan plan({Of(FaultKind::kHang, {{"from", 5e9}, {"for", 2e9}, {"every", 30e9}})}, 1);
  const auto hit = [&](Duration at) {
    return plan.Find(Request(AskedFor::kSingle), At(at)).has_value();
  };
  EXPECT_FALSE(hit(0s));
  EXPECT_FALSE(hit(5s - 1ns));
  EXPECT_TRUE(hit(5s));
  EXPECT_TRUE(hit(7s - 1ns));
  EXPECT_FALSE(hit(7s));
  EXPECT_FALSE(hit(35s - 1ns));
  EXPECT_TRUE(hit(35s));
  EXPECT_FALSE(hit(37s));
}

TEST(FaultTimesTest, KnowTheirNextBeginningAndEnd) {
  const FaultTimes endless{.from = 2s};
  EXPECT_EQ(endless.NextOn(At(0s)), At(2s));
  EXPECT_EQ(endless.NextOn(At(3s)), At(3s));
  EXPECT_EQ(endless.NextOff(At(3s)), kNever);
  const FaultTimes once{.from = 2s, .length = 1s};
  EXPECT_EQ(once.NextOff(At(2500ms)), At(3s));
  EXPECT_EQ(once.NextOn(At(3s)), kNever);
  const FaultTimes again{.from = 2s, .length = 1s, .every = 10s};
  EXPECT_EQ(again.NextOn(At(3s)), At(12s));
  EXPECT_EQ(again.NextOff(At(12500ms)), At(13s));
  EXPECT_EQ((FaultTimes{.length = 1s, .every = 1s}).NextOff(At(5s)), kNever) << "without a gap";
}

TEST(FaultPlanTest, DowntimesThatOverlapAreOne) {
  const FaultPlan plan({Of(FaultKind::kRefused, {{"from", 1e9}, {"for", 2e9}}),
                        Of(FaultKind::kRefused, {{"from", 2e9}, {"for", 2e9}})},
                       1);
  EXPECT_FALSE(plan.empty());
  EXPECT_FALSE(plan.Find(Request(AskedFor::kSingle), At(2s))) << "nobody is asked";
  EXPECT_EQ(plan.NextUp(At(0s)), At(0s));
  EXPECT_EQ(plan.NextDown(At(0s)), At(1s));
  EXPECT_EQ(plan.NextUp(At(1s)), At(4s));
  EXPECT_EQ(plan.NextDown(At(4s)), kNever);
}

TEST(FaultPlanTest, ADowntimeWithoutAnEndHasNone) {
  EXPECT_EQ(FaultPlan({Of(FaultKind::kRefused)}, 1).NextUp(At(1s)), kNever);
  const Fields first = {{"for", Ns(1s)}, {"every", Ns(2s)}};
  const Fields second = {{"from", Ns(1s)}, {"for", Ns(1s)}, {"every", Ns(2s)}};
  const FaultPlan in_turn({Of(FaultKind::kRefused, first), Of(FaultKind::kRefused, second)}, 1);
  EXPECT_GT(in_turn.NextUp(At(0s)), At(900s)) << "is answered at all";
}

}  // namespace
}  // namespace mock_server
