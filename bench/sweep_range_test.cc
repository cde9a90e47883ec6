#include "bench/sweep_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Values(std::string_view text) {
  const auto values = ParseSweepValues(text);
  EXPECT_TRUE(values) << values.error().message;
  return values ? *values : std::vector<std::string>{};
}

std::string Problem(std::string_view text) {
  const auto values = ParseSweepValues(text);
  return values ? "read" : values.error().message;
}

TEST(SweepRangeTest, AListIsTakenAsItIs) {
  EXPECT_THAT(Values("5ms,20ms,5ms"), ElementsAre("5ms", "20ms"));
  EXPECT_THAT(Values("expected,100ms"), ElementsAre("expected", "100ms"));
  EXPECT_THAT(Values("null"), ElementsAre("null"));
}

TEST(SweepRangeTest, ARangeIsOfOneTwoThreeFiveAndItsEnds) {
  EXPECT_THAT(Values("4ms..40ms"), ElementsAre("4ms", "5ms", "10ms", "20ms", "30ms", "40ms"));
  EXPECT_THAT(Values("500us..3ms"), ElementsAre("500us", "1ms", "2ms", "3ms"));
  EXPECT_THAT(Values("10..100"), ElementsAre("10", "20", "30", "50", "100"));
  EXPECT_THAT(Values("50/s..200/s"), ElementsAre("50/s", "100/s", "200/s"));
  EXPECT_THAT(Values("0.2..1"), ElementsAre("0.2", "0.3", "0.5", "1"));
}

TEST(SweepRangeTest, LinHasEqualDistancesAndLogEqualRatios) {
  EXPECT_THAT(Values("0ms..90ms:lin:4"), ElementsAre("0ms", "30ms", "60ms", "90ms"));
  EXPECT_THAT(Values("1ms..1s:log:4"), ElementsAre("1ms", "10ms", "100ms", "1s"));
  EXPECT_THAT(Values("1ms..10ms:log:3"), ElementsAre("1ms", "3.16ms", "10ms"));
  EXPECT_THAT(Values("7..7000:log:2"), ElementsAre("7", "7000"));
}

TEST(SweepRangeTest, WhatIsNoRangeIsOneSentence) {
  EXPECT_THAT(Problem("5ms..5ms"), HasSubstr("the range is empty"));
  EXPECT_THAT(Problem("9ms..5ms"), HasSubstr("the range is empty"));
  EXPECT_THAT(Problem("0ms..5ms:log:3"), HasSubstr("equal ratios from 0"));
  EXPECT_THAT(Problem("0ms..5ms"), HasSubstr("equal ratios from 0"));
  EXPECT_THAT(Problem("1ms..5"), HasSubstr("different units"));
  EXPECT_THAT(Problem("1ms..x"), HasSubstr("\"x\" is no duration, rate or number"));
  EXPECT_THAT(Problem("1ms..5ms:lin:1"), HasSubstr("\"1\" is no number of values"));
  EXPECT_THAT(Problem("1ms..5ms:lin:2.5"), HasSubstr("no number of values"));
  EXPECT_THAT(Problem("1ms..5ms:cubic:3"), HasSubstr("neither lin:N nor log:N"));
  EXPECT_THAT(Problem("1ms..5ms:lin"), HasSubstr("neither lin:N nor log:N"));
  EXPECT_THAT(Problem("1ms,,2ms"), HasSubstr("a value is empty"));
  EXPECT_THAT(Problem(""), HasSubstr("a value is empty"));
  EXPECT_THAT(Problem("-5ms..5ms"), HasSubstr("wanted values such as"));
}

}  // namespace
}  // namespace bench
