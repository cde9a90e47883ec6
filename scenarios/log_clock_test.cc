#include "scenarios/log_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scenarios {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kHour = 3'600'000 * kMs;

// A clock that has been told rows 10 ms apart, from line 1, the first at `start_ns`.
void TellRows(LogClock& clock, std::int64_t start_ns, int count, std::size_t first_line) {
  for (int i = 0; i < count; ++i) {
    clock.Tell(start_ns + i * (10 * kMs), first_line + static_cast<std::size_t>(i));
  }
}

TEST(LogClockTest, OrderedRowsGiveNoWarning) {
  LogClock clock;
  TellRows(clock, 5, 100, 1);
  TellRows(clock, 990 * kMs + 5, 10, 101);  // The first at the time of the last before.
  EXPECT_THAT(clock.Warnings(), IsEmpty());
  EXPECT_EQ(clock.step_ns(), 10U * kMs);
}

TEST(LogClockTest, ALateRowIsOutOfOrderHoweverLate) {
  LogClock clock;
  TellRows(clock, kHour, 50, 1);
  clock.Tell(0, 51);
  TellRows(clock, kHour + 500 * kMs, 50, 52);
  EXPECT_THAT(clock.Warnings(), ElementsAre(AllOf(HasSubstr("1 row was not in the order of time"),
                                                  HasSubstr("line 51"), HasSubstr("up to 1h"))));
}

TEST(LogClockTest, RowsThatStayBehindAreAStepBack) {
  LogClock clock;
  TellRows(clock, 2 * kHour, 50, 1);
  TellRows(clock, kHour + 490 * kMs, 50, 51);
  EXPECT_THAT(clock.Warnings(),
              ElementsAre(AllOf(HasSubstr("steps back 1 time "), HasSubstr("line 51, by 1h"))));
}

TEST(LogClockTest, NineteenRowsBehindAreLateAndTwentyAStep) {
  for (const int behind : {19, 20}) {
    LogClock clock;
    TellRows(clock, kHour, 50, 1);
    TellRows(clock, 0, behind, 51);
    TellRows(clock, kHour + 500 * kMs, 5, 100);
    EXPECT_THAT(clock.Warnings().front(),
                HasSubstr(behind == 19 ? "19 rows were not in the order" : "steps back 1 time "));
  }
}

TEST(LogClockTest, AnHourWithoutCallsIsSaid) {
  for (const std::int64_t gap : {kHour - 1, kHour}) {
    LogClock clock;
    TellRows(clock, 0, 1, 1);
    TellRows(clock, gap, 10, 2);
    if (gap < kHour) {
      EXPECT_THAT(clock.Warnings(), IsEmpty());
    } else {
      EXPECT_THAT(
          clock.Warnings(),
          ElementsAre(HasSubstr("1 time no call comes for an hour or more (the first before "
                                "line 2, 1h)")));
    }
  }
}

TEST(LogClockTest, TheWholeRangeOfStampsIsNoOverflow) {
  LogClock clock;
  clock.Tell(INT64_MIN + 1, 1);
  clock.Tell(INT64_MAX, 2);
  clock.Tell(INT64_MIN + 1, 3);
  EXPECT_EQ(clock.Warnings().size(), 2U);
}

}  // namespace
}  // namespace scenarios
