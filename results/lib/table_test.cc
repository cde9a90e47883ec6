#include "results/lib/table.h"

#include <gtest/gtest.h>

namespace results {
namespace {

using namespace std::chrono_literals;

Table Example() {
  Table table({{"policy", Align::kLeft}, {"p50", Align::kRight}, {"note", Align::kLeft}});
  table.AddRow({"window", "9 ms", "good"});
  table.AddRow({"tick", "123 ms", ""});
  return table;
}

TEST(TableTest, AlignsColumnsAndLeavesNoSpaceAtTheEndOfALine) {
  EXPECT_EQ(Example().Render(),
            "policy     p50  note\n"
            "window    9 ms  good\n"
            "tick    123 ms\n");
}

TEST(TableTest, ColoursOnlyWhenAsked) {
  EXPECT_TRUE(
      Example().Render({.colour = true}).starts_with("\x1b[1mpolicy     p50  note\x1b[0m\n"));
}

TEST(TableTest, CountsLettersAndNotBytes) {
  Table table({{"place", Align::kLeft}, {"n", Align::kRight}});
  table.AddRow({"Zürich", "1"});
  table.AddRow({"London", "2"});
  EXPECT_EQ(table.Render(), "place   n\nZürich  1\nLondon  2\n");
}

TEST(TableTest, LeavesOutALineOfEmptyHeaders) {
  Table table({{"", Align::kLeft}, {"", Align::kLeft}});
  table.AddRow({"calls", "10"});
  EXPECT_EQ(table.Render(), "calls  10\n");
}

TEST(FormatMsTest, ShowsThreeDigitsInTheUnitThatFits) {
  EXPECT_EQ(FormatMs(0ns), "0 ms");
  EXPECT_EQ(FormatMs(50ns), "0.05 us");
  EXPECT_EQ(FormatMs(99us), "99 us");
  EXPECT_EQ(FormatMs(120us), "0.12 ms");
  EXPECT_EQ(FormatMs(1234us), "1.23 ms");
  EXPECT_EQ(FormatMs(12'340us), "12.3 ms");
  EXPECT_EQ(FormatMs(605ms), "605 ms");
  EXPECT_EQ(FormatMs(9100ms), "9.10 s");
  EXPECT_EQ(FormatMs(72'400ms), "72.4 s");
  EXPECT_EQ(FormatMs(120s), "120 s");
  EXPECT_EQ(FormatMs(-1234us), "-1.23 ms");
}

TEST(FormatMsTest, NeverShowsAFourthDigitAtAnEdge) {
  EXPECT_EQ(FormatMs(99'499ns), "99.5 us");
  EXPECT_EQ(FormatMs(99'500ns), "0.10 ms");
  EXPECT_EQ(FormatMs(9'994us), "9.99 ms");
  EXPECT_EQ(FormatMs(9'996us), "10.0 ms");
  EXPECT_EQ(FormatMs(99'940us), "99.9 ms");
  EXPECT_EQ(FormatMs(99'960us), "100 ms");
  EXPECT_EQ(FormatMs(999'400us), "999 ms");
  EXPECT_EQ(FormatMs(999'600us), "1.00 s");
  EXPECT_EQ(FormatMs(9'996ms), "10.0 s");
}

TEST(FormatCountTest, GroupsThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1'234'567), "1,234,567");
}

TEST(FormatNumberTest, HasTwoDecimalsAtMost) {
  EXPECT_EQ(FormatNumber(512), "512");
  EXPECT_EQ(FormatNumber(3.5), "3.5");
  EXPECT_EQ(FormatNumber(1234.25), "1,234.25");
  EXPECT_EQ(FormatNumber(2.006), "2.01");
  EXPECT_EQ(FormatNumber(-1.5), "-1.5");
  EXPECT_EQ(FormatNumber(-0.001), "0");
}

TEST(FormatPercentTest, HasOneDecimal) {
  EXPECT_EQ(FormatPercent(0.943), "94.3 %");
  EXPECT_EQ(FormatPercent(-0.09), "-9.0 %");
  EXPECT_EQ(FormatPercent(-0.0001), "0.0 %");
}

}  // namespace
}  // namespace results
