#include "scenarios/call_log_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "scenarios/test_logs.h"

namespace scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string Rows(const std::string& header, int count, std::int64_t (*stamp)(int)) {
  return RowsOf(header, count, [&](int i) { return std::to_string(stamp(i)); });
}

void ExpectUnsuitable(const std::string& text, const std::string& why) {
  const CallLogProblem problem = ProblemOf(text);
  EXPECT_TRUE(problem.unsuitable) << problem.message;
  EXPECT_THAT(problem.message, HasSubstr("log.csv: found "));
  EXPECT_THAT(problem.message, HasSubstr(why));
}

TEST(CallLogChecksTest, WantsTwoHundredCalls) {
  ExpectUnsuitable(Rows("time_ms", 199, TestMs), "found 199 calls, wanted at least 200");
  EXPECT_EQ(ProblemOf(Rows("time_ms", 200, TestMs)).message, "");
  ExpectUnsuitable("time_ms\n", "found 0 calls");
}

TEST(CallLogChecksTest, WantsFiveSeconds) {
  const auto last_at = [](int last) {
    return Rows("time_ms", 300, [](int i) -> std::int64_t { return i * 16 + i % 3; }) +
           std::to_string(last) + "\n";
  };
  ExpectUnsuitable(last_at(4999), "found 301 calls within 4.999s, wanted a log of at least 5s");
  EXPECT_EQ(ProblemOf(last_at(5000)).message, "");
}

TEST(CallLogChecksTest, WantsAHundredMoments) {
  ExpectUnsuitable(Rows("time_ms", 990, [](int i) { return TestMs(i / 10) * 10; }),
                   "990 calls that came at only 99 moments");
  EXPECT_EQ(ProblemOf(Rows("time_ms", 1000, [](int i) { return TestMs(i / 10) * 10; })).message,
            "");
}

TEST(CallLogChecksTest, RefusesMoreThanAHundredDaysAndNamesTheLines) {
  const std::string text = Rows("time_ms", 300, TestMs);
  ExpectUnsuitable(text + "8640000001\n", "in the lines 2 and 302");
  EXPECT_EQ(ProblemOf(text + "8640000000\n").message, "");
  ExpectUnsuitable(text + "-9223372036854\n9223372036854\n", "in the lines 302 and 303");
}

TEST(CallLogChecksTest, RefusesWholeSecondStampsHoweverTheyAreWritten) {
  const auto seconds = [](int i) -> std::int64_t { return TestMs(i) / 1000; };
  ExpectUnsuitable(Rows("time_s", 300, seconds), "times that are all multiples of 1s apart");
  ExpectUnsuitable(Rows("time_ns", 300, [](int i) { return TestMs(i) / 1000 * 1'000'000'000 + 7; }),
                   "multiples of 1s apart");
  ExpectUnsuitable(Rows("ts", 300, [](int i) { return 1'717'000'000 + TestMs(i) / 1000; }),
                   "multiples of 1s apart");
  ExpectUnsuitable(RowsOf("time", 300,
                          [](int i) {
                            const std::int64_t s = TestMs(i) / 1000;
                            return "2024-05-31 12:00:" + std::to_string(100 + s).substr(1);
                          }),
                   "multiples of 1s apart");
}

TEST(CallLogChecksTest, DurationsDoNotMakeCoarseStampsFine) {
  const CallLogProblem problem =
      ProblemOf(RowsOf("time_s,took_ms", 300,
                       [](int i) {
                         return std::to_string(TestMs(i) / 1000 + 1) + "," + std::to_string(i % 97);
                       }),
                {.time_is_completion = true});
  EXPECT_TRUE(problem.unsuitable);
  EXPECT_THAT(problem.message, HasSubstr("multiples of 1s apart"));
}

TEST(CallLogChecksTest, RefusesTenthsOfASecondTooAndWarnsOfHundredths) {
  ExpectUnsuitable(Rows("time_ms", 300, [](int i) { return TestMs(i) / 100 * 100; }),
                   "multiples of 100ms apart");
  EXPECT_THAT(LogOf(Rows("time_ms", 2000, [](int i) { return TestMs(i) / 4 / 10 * 10; })).warnings,
              ElementsAre(HasSubstr("windows below 100ms are judged roughly")));
}

TEST(CallLogChecksTest, WholeSecondsDoWhereCallsAreRare) {
  // Minutes apart, and one pair in thirty within a second.
  const auto rare = [](int i) -> std::int64_t {
    return i * 97 + i * i % 83 - (i % 30 == 0 ? 96 : 0);
  };
  EXPECT_EQ(ProblemOf(Rows("time_s", 300, rare)).message, "");
}

TEST(CallLogChecksTest, AMetronomeIsNotTakenForCoarseStamps) {
  const CallLog log = LogOf(Rows("time_s", 300, [](int i) -> std::int64_t { return i; }));
  EXPECT_THAT(log.warnings, IsEmpty());
}

}  // namespace
}  // namespace scenarios
