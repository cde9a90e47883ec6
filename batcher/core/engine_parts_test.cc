#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "batcher/core/engine_fixture.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// A service that refuses whatever holds a bad key, with one error for all.
class Fussy {
 public:
  Fussy(std::size_t isolation_requests, std::set<std::uint64_t> bad) : bad_(std::move(bad)) {
    options_.queue.policy = NaturalPolicy();
    options_.queue.single_below = 1;
    options_.wire.isolation_requests = isolation_requests;
    options_.wire.retries = 0;
  }

  // Asks for the keys 0, 1, ... in one batch and serves all its requests.
  EngineFixture Ask(std::uint64_t keys) {
    EngineFixture fixture(options_);
    for (std::uint64_t key = 0; key < keys; ++key) {
      fixture.Submit(0ms, key);
    }
    fixture.RunUntil(0ms);
    for (std::size_t sent = 0; sent < fixture.sends.size(); ++sent) {
      const Send& send = fixture.sends[sent];
      const auto at = static_cast<int>(sent + 1) * 1ms;
      const bool refused = std::any_of(bad_.begin(), bad_.end(), [&](std::uint64_t key) {
        return key >= send.first && key < send.first + send.count;
      });
      fixture.Reply(sent, refused ? ReplyKind::kRefused : ReplyKind::kAnswered, at,
                    std::vector<Outcome>(send.count, Outcome::kValue));
      fixture.RunUntil(at);
    }
    return fixture;
  }

 private:
  EngineOptions options_;
  std::set<std::uint64_t> bad_;
};

std::vector<CallId> FailedOf(const EngineFixture& fixture) {
  std::vector<CallId> failed;
  for (const auto& [call, outcome] : fixture.outcomes) {
    if (outcome != Outcome::kValue) {
      failed.push_back(call);
    }
  }
  return failed;
}

TEST(IsolationTest, IsOffByDefault) {
  const EngineFixture fixture = Fussy(WireOptions().isolation_requests, {5}).Ask(8);
  EXPECT_EQ(fixture.sends.size(), 1U);
  EXPECT_EQ(FailedOf(fixture).size(), 8U);
}

TEST(IsolationTest, FindsTheOneBadEntryAndAnswersAllOthers) {
  const EngineFixture fixture = Fussy(100, {5}).Ask(8);
  EXPECT_THAT(FailedOf(fixture), ElementsAre(5));
  // 8, then 4 + 4, of which the second fails: 2 + 2, 1 + 1.
  EXPECT_EQ(fixture.sends.size(), 1U + 2 + 2 + 2);
  ASSERT_EQ(fixture.batches.size(), 1U) << "it is one batch, in one slot";
  EXPECT_EQ(fixture.batches[0].attempts, 7U);
  EXPECT_EQ(fixture.batches[0].accepted, 1U);
  EXPECT_EQ(fixture.batches[0].outcome, Outcome::kValue);
}

TEST(IsolationTest, FindsSeveralBadEntriesOfAnyNumber) {
  const EngineFixture fixture = Fussy(100, {0, 6}).Ask(7);
  EXPECT_THAT(FailedOf(fixture), ElementsAre(0, 6));
}

TEST(IsolationTest, StaysWithinItsBudgetAndFailsTogetherWhatIsLeft) {
  const EngineFixture fixture = Fussy(4, {5}).Ask(8);
  EXPECT_THAT(FailedOf(fixture), ElementsAre(4, 5));
  EXPECT_EQ(fixture.sends.size(), 1U + 4);
}

TEST(IsolationTest, SaysOfEachRequestWhichEntriesItAsksFor) {
  const EngineFixture fixture = Fussy(2, {0}).Ask(5);
  ASSERT_EQ(fixture.sends.size(), 3U);
  EXPECT_FALSE(fixture.sends[0].isolates);
  EXPECT_EQ(fixture.sends[1].first, 0U);
  EXPECT_EQ(fixture.sends[1].count, 2U);
  EXPECT_TRUE(fixture.sends[1].isolates);
  EXPECT_EQ(fixture.sends[2].first, 2U);
  EXPECT_EQ(fixture.sends[2].count, 3U);
  EXPECT_EQ(fixture.sends[2].attempt, 2U);
}

TEST(IsolationTest, ThoseAnsweredDoNotWaitForTheSearch) {
  const EngineFixture fixture = Fussy(100, {7}).Ask(8);
  ASSERT_EQ(fixture.calls.size(), 8U);
  EXPECT_EQ(fixture.calls[0].delivered, At(2ms)) << "with the second request, that of 0 to 3";
  EXPECT_EQ(fixture.calls[7].call, 7U);
  EXPECT_EQ(fixture.calls[7].delivered, At(7ms));
}

// Asks for two keys in one batch; the first request fails with `failure`.
EngineFixture AskTwo(Outcome failure) {
  EngineOptions options = OnlyPolicy(NaturalPolicy());
  options.wire.isolation_requests = 100;
  options.wire.retries = 0;
  EngineFixture fixture(options);
  fixture.Submit(0ms, 0);
  fixture.Submit(0ms, 1);
  fixture.RunUntil(0ms);
  fixture.Tell(
      Reply{.request = fixture.sends[0].request, .kind = ReplyKind::kRefused, .failure = failure},
      1ms);
  fixture.RunUntil(1ms);
  return fixture;
}

// Of 0 .. 3 the first half is answered at 2 ms, the second refused at 3 ms, ...
TEST(IsolationTest, EachPartHasItsOwnStampsAndTheBatchEndsWithTheLast) {
  const EngineFixture fixture = Fussy(2, {2, 3}).Ask(4);
  ASSERT_EQ(fixture.calls.size(), 4U);
  EXPECT_EQ(fixture.calls[0].attempted, At(2ms)) << "when the service says it was sent";
  EXPECT_EQ(fixture.calls[0].replied, At(2ms));
  // ... for which nothing was ever answered.
  EXPECT_EQ(fixture.calls[2].attempted, At(3ms));
  EXPECT_EQ(fixture.calls[2].replied, At(3ms));
  ASSERT_EQ(fixture.batches.size(), 1U);
  EXPECT_EQ(fixture.batches[0].attempted, At(2ms));
  EXPECT_EQ(fixture.batches[0].answered, At(2ms));
  EXPECT_EQ(fixture.batches[0].replied, At(3ms));
}

TEST(IsolationTest, DoesNotSearchForWhatIsNoEntrysFault) {
  EXPECT_EQ(AskTwo(Outcome::kFailedQuota).sends.size(), 1U);
  EXPECT_EQ(AskTwo(Outcome::kFailedUnreachable).sends.size(), 1U);
  EXPECT_EQ(AskTwo(Outcome::kFailedStatus).sends.size(), 2U);
  EXPECT_EQ(AskTwo(Outcome::kFailedBadReply).sends.size(), 2U);
  EXPECT_EQ(AskTwo(Outcome::kFailedThrew).sends.size(), 2U);
}

TEST(IsolationTest, AsksForNoPartThatNobodyWaitsFor) {
  EngineFixture fixture = AskTwo(Outcome::kFailedStatus);
  fixture.Tell(Cancel{.call = 1}, 2ms);
  fixture.Reply(1, ReplyKind::kAnswered, 3ms);
  fixture.RunUntil(3ms);
  EXPECT_EQ(fixture.sends.size(), 2U);
  EXPECT_EQ(fixture.OutcomeOf(0), Outcome::kValue);
  EXPECT_EQ(fixture.engine.in_flight(), 0U);
}

}  // namespace
}  // namespace batcher
