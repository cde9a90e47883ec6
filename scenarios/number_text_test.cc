#include "scenarios/number_text.h"

#include <gtest/gtest.h>

namespace scenarios {
namespace {

TEST(ParseRateTest, ReadsEachUnit) {
  EXPECT_DOUBLE_EQ(ParseRate("200/s").value(), 200);
  EXPECT_DOUBLE_EQ(ParseRate("0.5/s").value(), 0.5);
  EXPECT_DOUBLE_EQ(ParseRate("90/m").value(), 1.5);
  EXPECT_DOUBLE_EQ(ParseRate("36/h").value(), 0.01);
}

TEST(ParseRateTest, RefusesWhatIsNoRate) {
  for (const char* text : {"200", "200/", "/s", "-1/s", "-0/s", "1 /s", "1/d", "inf/s", "nan/s", "",
                           "1e999/s", "0x10/s"}) {
    EXPECT_FALSE(ParseRate(text)) << text;
  }
  EXPECT_EQ(
      ParseRate("200").error().message,
      "\"200\" is not a rate: wanted a number of at least 0 and a unit, such as \"200/s\" (/s, /m, "
      "/h)");
}

TEST(FormatRateTest, IsTheShortestThatReadsBack) {
  EXPECT_EQ(FormatRate(200), "200/s");
  EXPECT_EQ(FormatRate(ParseRate("1/m").value()), "1/m");
  EXPECT_EQ(FormatRate(ParseRate("7/h").value()), "7/h");
  for (const double rate : {0.1, 1.0 / 3, 12345.678, 1e9, 0.0001}) {
    EXPECT_EQ(ParseRate(FormatRate(rate)).value(), rate);
  }
}

TEST(ParseNumberTest, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(ParseNumber("-0.5"), -0.5);
  EXPECT_EQ(ParseNumber("5ms"), std::nullopt);
  EXPECT_EQ(ParseNumber(""), std::nullopt);
  EXPECT_EQ(ParseNumber("inf"), std::nullopt);
}

TEST(FormatNumberTest, IsShort) {
  EXPECT_EQ(FormatNumber(0.9), "0.9");
  EXPECT_EQ(FormatNumber(4), "4");
}

}  // namespace
}  // namespace scenarios
