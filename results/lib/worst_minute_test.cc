#include "results/lib/worst_minute.h"

#include <gtest/gtest.h>

#include "batcher/base/time.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;

// So many calls from `from` on, a millisecond apart, all of one latency.
void AddCalls(WorstMinute& worst_minute, Duration from, int calls, Duration latency) {
  for (int i = 0; i < calls; ++i) {
    worst_minute.Add(At(from + i * 1ms), latency);
  }
}

TEST(WorstMinuteTest, HasNoneAtFirst) {
  const WorstMinute worst_minute;
  EXPECT_FALSE(worst_minute.Worst());
}

TEST(WorstMinuteTest, FindsTheMinuteThatTheOverallP99Hides) {
  WorstMinute worst_minute;
  for (int minute = 0; minute < 300; ++minute) {
    AddCalls(worst_minute, minute * 1min, 200, minute == 123 ? 900ns : 1ns);
  }
  const auto worst = worst_minute.Worst();
  ASSERT_TRUE(worst);
  EXPECT_EQ(worst->from, At(123min));
  EXPECT_EQ(worst->calls, 200U);
  EXPECT_EQ(worst->p99, 900ns);
  EXPECT_EQ(worst_minute.overlooked(), 0U);
}

TEST(WorstMinuteTest, IsTheP99AndNotTheMax) {
  WorstMinute worst_minute;
  AddCalls(worst_minute, 0min, 99, 10ns);
  AddCalls(worst_minute, 59s, 1, 1000ns);
  AddCalls(worst_minute, 1min, 98, 20ns);
  AddCalls(worst_minute, 119s, 2, 500ns);
  EXPECT_EQ(worst_minute.Worst()->from, At(1min));
  EXPECT_EQ(worst_minute.Worst()->p99, 500ns);
}

TEST(WorstMinuteTest, CountsAMinuteFromAHundredCalls) {
  WorstMinute worst_minute;
  AddCalls(worst_minute, 0min, 99, 10ns);
  EXPECT_FALSE(worst_minute.Worst());
  AddCalls(worst_minute, 30s, 1, 10ns);
  EXPECT_TRUE(worst_minute.Worst());
}

TEST(WorstMinuteTest, BeginsAMinuteAtItsFirstNanosecond) {
  WorstMinute worst_minute;
  AddCalls(worst_minute, 0min, 100, 10ns);
  worst_minute.Add(At(1min - 1ns), 10ns);
  worst_minute.Add(At(1min), 10ns);
  EXPECT_EQ(worst_minute.Worst()->calls, 101U);
}

TEST(WorstMinuteTest, TellsTheFirstOfEquals) {
  WorstMinute worst_minute;
  for (int minute = 0; minute < 9; ++minute) {
    AddCalls(worst_minute, minute * 1min, 100, 10ns);
  }
  EXPECT_EQ(worst_minute.Worst()->from, At(0min));
}

TEST(WorstMinuteTest, KeepsTheLastFourMinutesOpen) {
  WorstMinute worst_minute;
  AddCalls(worst_minute, 4min, 100, 10ns);
  AddCalls(worst_minute, 1min, 100, 20ns);
  EXPECT_EQ(worst_minute.overlooked(), 0U);
  EXPECT_EQ(worst_minute.Worst()->from, At(1min));
  AddCalls(worst_minute, 1min - 1ns, 1, 30ns);
  EXPECT_EQ(worst_minute.overlooked(), 1U);
}

TEST(WorstMinuteTest, PassesOverMinutesWithoutCalls) {
  WorstMinute worst_minute;
  AddCalls(worst_minute, 0min, 100, 10ns);
  AddCalls(worst_minute, 500'000min, 100, 20ns);
  EXPECT_EQ(worst_minute.Worst()->from, At(500'000min));
}

TEST(WorstMinuteTest, RefusesATimeBeforeTheRun) {
  WorstMinute worst_minute;
  EXPECT_DEATH(worst_minute.Add(At(-1ns), 1ns), "intended >= ");
}

}  // namespace
}  // namespace results
