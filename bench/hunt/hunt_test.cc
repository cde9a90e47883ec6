// Goal: the hunt is one: cases repeat, come back from their files, shrink to what matters, and each
// promise that a batcher could break is seen to be broken. That it finds mistakes in the batcher
// itself is tried in tests/hunt_test.py.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "batcher/core/policy.h"
#include "bench/hunt/case_file.h"
#include "bench/hunt/draw.h"
#include "bench/hunt/run.h"
#include "bench/hunt/search.h"
#include "bench/hunt/shrink.h"

namespace hunt {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using ::testing::HasSubstr;

TEST(HuntTest, EveryPromiseIsKept) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const RunResult ran = RunWithTwins(Draw(seed));
    ASSERT_FALSE(ran.broken) << "seed " << seed << ": " << ran.broken->sentence;
  }
}

TEST(HuntTest, AllThatCanHappenHappens) {
  Tally tally;
  std::set<std::string> policies;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Case run = Draw(seed);
    policies.insert(run.options.queue.policy.kind());
    tally.Add(RunWithTwins(run).tally);
  }
  for (std::size_t i = 0; i < kHappenedNames.size(); ++i) {
    EXPECT_GT(tally[static_cast<Happened>(i)], 0U) << kHappenedNames[i];
  }
  EXPECT_EQ(policies.size(), batcher::PolicyKinds().size());
}

TEST(HuntTest, ACaseComesBackFromItsFile) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Case run = Draw(seed);
    const auto read = ParseCase(CaseText(run));
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message;
    EXPECT_EQ(CaseText(*read), CaseText(run)) << "seed " << seed;
    EXPECT_EQ(hunt::Run(*read).fingerprint, hunt::Run(run).fingerprint) << "seed " << seed;
  }
}

TEST(HuntTest, AFileThatIsNoCaseIsOneSentence) {
  EXPECT_FALSE(ParseCase("{"));
  EXPECT_FALSE(ParseCase("{}"));
  std::string text = CaseText(Draw(1));
  text.replace(text.find(R"("world": ")"), 12, R"("world": "x)");
  const auto read = ParseCase(text);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("world"));
}

TEST(ShrinkTest, LeavesWhatTheFaultNeeds) {
  Case run = Draw(7);
  run.world = World::kFront;
  run.options.queue.dedup = true;
  run.calls.clear();
  for (std::uint64_t i = 0; i < 50; ++i) {
    run.calls.push_back({.at = At(i * 1ms), .key = i, .cancel_at = At(i * 1ms + 5ms)});
  }
  // What is broken needs two calls, one of them cancelled, and dedup.
  const auto breaks = [](const Case& tried) {
    const auto has = [&](std::uint64_t key, bool cancelled) {
      return std::ranges::any_of(tried.calls, [&](const Call& call) {
        return call.key == key && (!cancelled || call.cancel_at != batcher::kNever);
      });
    };
    return has(13, true) && has(31, false) && tried.options.queue.dedup;
  };
  const Case smallest = Shrink(run, breaks, 10'000);
  ASSERT_EQ(smallest.calls.size(), 2U);
  EXPECT_EQ(smallest.calls[0].key, 13U);
  EXPECT_NE(smallest.calls[0].cancel_at, batcher::kNever);
  EXPECT_EQ(smallest.calls[1].key, 31U);
  EXPECT_EQ(smallest.calls[1].cancel_at, batcher::kNever);
  EXPECT_TRUE(smallest.orders.empty());
  EXPECT_TRUE(smallest.options.queue.dedup);
  EXPECT_EQ(smallest.world, World::kCore);
  EXPECT_TRUE(
      std::ranges::all_of(smallest.service.faults, [](double share) { return share == 0; }));
}

TEST(ShrinkTest, StopsAfterItsTrials) {
  int trials = 0;
  const auto breaks = [&](const Case&) {
    ++trials;
    return false;
  };
  static_cast<void>(Shrink(Draw(3), breaks, 5));
  EXPECT_EQ(trials, 5);
}

// A case by hand: one call, a service that answers at once.
Case OneCall() {
  Case run;
  run.options.queue.policy = batcher::NaturalPolicy();
  run.calls = {{.at = At(1ms), .key = 5}};
  return run;
}

// What the books say of what an engine might do.
class WatchTest : public ::testing::Test {
 protected:
  WatchTest() { watch_.Hand(0, At(1ms)); }

  void EndCall(batcher::Outcome outcome, batcher::Duration at) {
    batcher::Effects effects;
    batcher::EndedCall ended;
    ended.record.call = 0;
    ended.record.outcome = outcome;
    effects.calls.push_back(ended);
    watch_.See(effects, engine_, At(at));
  }
  [[nodiscard]] std::string Rule() const {
    return watch_.broken() ? watch_.broken()->rule : "none";
  }

  Case run_ = OneCall();
  Tally tally_;
  Watch watch_{run_, tally_};
  batcher::Engine engine_{run_.options};
};

TEST_F(WatchTest, SeesASecondOutcome) {
  EndCall(batcher::Outcome::kTimeout, 30'001ms);
  EXPECT_EQ(Rule(), "none");
  EndCall(batcher::Outcome::kTimeout, 30'001ms);
  EXPECT_EQ(Rule(), "one outcome");
}

TEST_F(WatchTest, SeesACallThatEndsTooLate) {
  EndCall(batcher::Outcome::kTimeout, 30'002ms);
  EXPECT_EQ(Rule(), "ends in time");
}

TEST_F(WatchTest, SeesACancelThatNobodyAskedFor) {
  EndCall(batcher::Outcome::kCancelled, 2ms);
  EXPECT_EQ(Rule(), "an outcome needs a reason");
}

TEST_F(WatchTest, SeesAnAnswerWithoutABatch) {
  EndCall(batcher::Outcome::kValue, 2ms);
  EXPECT_EQ(Rule(), "an outcome needs a reason");
}

TEST_F(WatchTest, SeesACallerWhoIsToldOtherwiseOrTwice) {
  EndCall(batcher::Outcome::kTimeout, 30'001ms);
  watch_.Tell(0, batcher::Outcome::kTimeout);
  EXPECT_EQ(Rule(), "none");
  watch_.Tell(0, batcher::Outcome::kTimeout);
  EXPECT_EQ(Rule(), "one outcome");
}

TEST_F(WatchTest, SeesACallWithoutAnOutcomeAtTheEnd) {
  watch_.End(engine_, false);
  EXPECT_EQ(Rule(), "one outcome");
}

TEST_F(WatchTest, SeesThatTheEngineHasForgottenACall) {
  watch_.Rest(engine_, At(1ms));
  EXPECT_EQ(Rule(), "one outcome");
}

TEST(TryApartTest, TellsWhatIsBroken) {
  EXPECT_FALSE(TryApart(OneCall()));
  Case run = OneCall();
  run.options.queue.max_items = 0;  // A CHECK ends the program.
  const auto broken = TryApart(run);
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->rule, "the program goes on");
  EXPECT_THAT(broken->sentence, HasSubstr("max_items"));
}

}  // namespace
}  // namespace hunt
