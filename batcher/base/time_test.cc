#include "batcher/base/time.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace batcher {
namespace {

using namespace std::chrono_literals;

TEST(ParseDurationTest, ReadsEveryUnit) {
  EXPECT_EQ(ParseDuration("80ns").value(), 80ns);
  EXPECT_EQ(ParseDuration("250us").value(), 250us);
  EXPECT_EQ(ParseDuration("20ms").value(), 20ms);
  EXPECT_EQ(ParseDuration("3s").value(), 3s);
  EXPECT_EQ(ParseDuration("10m").value(), 10min);
  EXPECT_EQ(ParseDuration("2h").value(), 2h);
}

TEST(ParseDurationTest, ReadsFractionsToTheNearestNanosecond) {
  EXPECT_EQ(ParseDuration("1.5s").value(), 1500ms);
  EXPECT_EQ(ParseDuration("0.1ms").value(), 100us);
  EXPECT_EQ(ParseDuration("0.4ns").value(), 0ns);
  EXPECT_EQ(ParseDuration("0.5ns").value(), 1ns);
  EXPECT_EQ(ParseDuration(".5s").value(), 500ms);
  EXPECT_EQ(ParseDuration("5.s").value(), 5s);
  EXPECT_EQ(ParseDuration("1.000000000049h").value(), 1h + 176ns);
  EXPECT_EQ(ParseDuration("0.00000000000099m").value(), 0ns);
  EXPECT_EQ(ParseDuration("1.5e3ms").value(), 1500ms);
  EXPECT_EQ(ParseDuration("2E-3s").value(), 2ms);
}

TEST(ParseDurationTest, OnlyZeroNeedsNoUnit) {
  EXPECT_EQ(ParseDuration("0").value(), 0ns);
  EXPECT_EQ(ParseDuration("0ms").value(), 0ns);
  EXPECT_FALSE(ParseDuration("1"));
}

TEST(ParseDurationTest, RefusesWhatIsNotADurationOfAtLeastZero) {
  for (const char* text : {"", "ms", "-1ms", "-0ms", "+1ms", "20 ms", " 20ms", "20ms ", "20MS",
                           "20min", "1s500ms", "nan", "nanms", "inf", "infs", "0x10ms"}) {
    EXPECT_FALSE(ParseDuration(text)) << "read \"" << text << '"';
  }
}

TEST(ParseDurationTest, SaysWhatWasFoundAndWhatIsWanted) {
  const std::string message = ParseDuration("20 parsecs").error().message;
  EXPECT_NE(message.find("\"20 parsecs\""), std::string::npos) << message;
  EXPECT_NE(message.find("\"20ms\""), std::string::npos) << message;
}

TEST(ParseDurationTest, RefusesWhatDoesNotFitIntoNanoseconds) {
  EXPECT_EQ(ParseDuration("9200000000s").value(), 9'200'000'000s);
  EXPECT_EQ(ParseDuration("9200000000000000000ns").value(), 9'200'000'000s);
  EXPECT_FALSE(ParseDuration("9200000000000000001ns"));
  EXPECT_FALSE(ParseDuration("99999999999999999999999999ns"));
  EXPECT_FALSE(ParseDuration("9.3e9s"));
  const Result<Duration> too_long = ParseDuration("9300000000s");
  ASSERT_FALSE(too_long);
  EXPECT_NE(too_long.error().message.find("292 years"), std::string::npos);
}

TEST(FormatDurationTest, PicksTheUnitThatKeepsItShort) {
  EXPECT_EQ(FormatDuration(0ns), "0ms");
  EXPECT_EQ(FormatDuration(999ns), "999ns");
  EXPECT_EQ(FormatDuration(1000ns), "1us");
  EXPECT_EQ(FormatDuration(1500us), "1.5ms");
  EXPECT_EQ(FormatDuration(20ms), "20ms");
  EXPECT_EQ(FormatDuration(59s), "59s");
  EXPECT_EQ(FormatDuration(60s), "1m");
  EXPECT_EQ(FormatDuration(61s), "61s");
  EXPECT_EQ(FormatDuration(1h), "1h");
  EXPECT_EQ(FormatDuration(90min), "90m");
}

TEST(FormatDurationTest, ShowsANegativeDurationWithItsSign) {
  EXPECT_EQ(FormatDuration(-20ms), "-20ms");
}

TEST(FormatDurationTest, IsReadBackToTheSameNanosecond) {
  // Up to 286 years: a double is exact up to 104 days only.
  for (std::int64_t scale = 1; scale <= 9'000'000'000'000'000; scale *= 10) {
    for (const std::int64_t factor : {1, 3, 7, 60, 999}) {
      for (const std::int64_t offset : {-1, 0, 1}) {
        const Duration duration(factor * scale + offset);
        const std::string text = FormatDuration(duration);
        EXPECT_EQ(ParseDuration(text).value(), duration) << text;
      }
    }
  }
}

TEST(ConversionTest, GoesFromNanosecondsToSecondsAndMilliseconds) {
  EXPECT_DOUBLE_EQ(ToMilliseconds(1500us), 1.5);
  EXPECT_DOUBLE_EQ(ToSeconds(250ms), 0.25);
}

TEST(InstantTest, CountsFromTheStartOfTheRun) {
  EXPECT_EQ(At(20ms).time_since_epoch(), 20ms);
  EXPECT_EQ(At(20ms) - At(5ms), 15ms);
}

}  // namespace
}  // namespace batcher
