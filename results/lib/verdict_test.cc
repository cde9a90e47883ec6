#include "results/lib/verdict.h"

#include <gmock/gmock.h>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A run of a hundred answered calls with these figures.
Summary Measured(batcher::Duration latency_p50, batcher::Duration lateness_p99,
                 batcher::Duration delay_error_p99) {
  Summary summary;
  summary.calls = 100;
  summary.latency = {.count = 100, .evidence = 100, .p50 = latency_p50};
  summary.generator_lateness = {.count = 100, .p99 = lateness_p99};
  summary.server_delay_error = TimeStatistics{.count = 100, .p99 = delay_error_p99};
  return summary;
}

TEST(JudgeTest, TellsTheMarginAndWhatItIsMadeOf) {
  const Verdict verdict = Judge(Measured(100ms, 1200us, 1800us), {.window = 10ms});
  EXPECT_EQ(verdict.status, VerdictStatus::kValid);
  EXPECT_EQ(verdict.margin, 3ms);
  EXPECT_THAT(verdict.advice, IsEmpty());
  EXPECT_EQ(VerdictLine(verdict),
            "VALID to +-3 ms: load generator late by 1.2 ms, mock by 1.8 ms (p99)");
}

TEST(JudgeTest, AllowsAMarginOfFivePercentOfTheLatencyOrOfTheWindow) {
  // 5 % of the latency are 5 ms, of the window 1 ms: both must be exceeded.
  EXPECT_EQ(Judge(Measured(100ms, 5ms, 0ms), {.window = 20ms}).status, VerdictStatus::kValid);
  EXPECT_EQ(Judge(Measured(100ms, 5ms + 1ns, 0ms), {.window = 20ms}).status,
            VerdictStatus::kInvalid);
  EXPECT_EQ(Judge(Measured(100ms, 10ms, 0ms), {.window = 200ms}).status, VerdictStatus::kValid);
  EXPECT_EQ(Judge(Measured(100ms, 10ms, 1ns), {.window = 200ms}).status, VerdictStatus::kInvalid);
}

TEST(JudgeTest, MeasuresAPolicyWithoutAWindowByTheLatencyAlone) {
  EXPECT_EQ(Judge(Measured(100ms, 5ms, 0ms), {}).status, VerdictStatus::kValid);
  const Verdict verdict = Judge(Measured(100ms, 3ms, 3ms), {});
  EXPECT_EQ(verdict.status, VerdictStatus::kInvalid);
  EXPECT_THAT(verdict.reasons,
              ElementsAre("load generator late by 3 ms, mock by 3 ms (p99): together 6 "
                          "ms, more than 5 % of the latency p50 (100 ms)"));
  EXPECT_THAT(verdict.advice, ElementsAre(HasSubstr("--engine sim")));
}

TEST(JudgeTest, IsExactInVirtualTime) {
  Summary summary = Measured(100ms, 0ms, 0ms);
  summary.server_delay_error.reset();
  const Verdict verdict = Judge(summary, {.virtual_time = true, .window = 10ms});
  EXPECT_EQ(verdict.margin, 0ms);
  EXPECT_EQ(VerdictLine(verdict), "VALID: virtual time, every moment is exact");
}

TEST(JudgeTest, RefusesARunThatDidNotReachTheServerForHalfOfItsCalls) {
  Summary summary = Measured(100ms, 0ms, 0ms);
  std::uint64_t& unreachable =
      summary.outcomes[static_cast<std::size_t>(batcher::Outcome::kFailedUnreachable)];
  unreachable = 49;
  EXPECT_EQ(Judge(summary, {}).status, VerdictStatus::kValid);
  unreachable = 50;
  const Verdict verdict = Judge(summary, {});
  EXPECT_EQ(verdict.status, VerdictStatus::kInvalid);
  EXPECT_THAT(verdict.reasons, ElementsAre("the server could not be reached: 50 of 100 calls "
                                           "failed as unreachable"));
  EXPECT_THAT(verdict.advice, SizeIs(1));
}

TEST(JudgeTest, RefusesARunWithoutAnswersOrWithoutCalls) {
  Summary summary;
  EXPECT_THAT(VerdictLine(Judge(summary, {.virtual_time = true})),
              HasSubstr("INVALID: the run made no calls"));
  EXPECT_THAT(VerdictLine(Judge(summary, {.virtual_time = true, .interrupted = true})),
              HasSubstr("INVALID: the run was stopped before its first call"));
  summary.calls = 3;
  EXPECT_THAT(VerdictLine(Judge(summary, {})), HasSubstr("INVALID: no call was answered"));
}

TEST(JudgeTest, TrustsNothingInARunThatBreaksAnInvariant) {
  const Verdict verdict = Judge(Measured(100ms, 0ms, 0ms),
                                {.virtual_time = true, .violations = {"call 3 has no outcome"}});
  EXPECT_EQ(verdict.status, VerdictStatus::kInvalid);
  EXPECT_THAT(verdict.reasons, ElementsAre("the ledger contradicts itself: call 3 has no outcome"));
  EXPECT_THAT(verdict.advice, ElementsAre(HasSubstr("trust none")));
}

}  // namespace
}  // namespace results
