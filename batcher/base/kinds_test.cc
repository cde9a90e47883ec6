#include "batcher/base/kinds.h"

#include <gtest/gtest.h>

#include <limits>

namespace batcher {
namespace {

using namespace std::chrono_literals;

// A kind with one field of each shape: with a default, without, and one that may be absent.
const KindSpec& Window() {
  static const KindSpec spec{.name = "window",
                             .meaning = "flushes when the oldest call has waited long enough",
                             .fields = {{.name = "window",
                                         .unit = FieldUnit::kDuration,
                                         .meaning = "longest wait of a call",
                                         .fallback = 10e6,
                                         .maximum = 60e9},
                                        {.name = "size",
                                         .unit = FieldUnit::kCount,
                                         .meaning = "calls that flush at once",
                                         .minimum = 1,
                                         .maximum = 1000},
                                        {.name = "price",
                                         .unit = FieldUnit::kRate,
                                         .meaning = "most flushes there may be",
                                         .optional = true}}};
  return spec;
}

TEST(KindSpecTest, FindsAFieldByItsName) {
  ASSERT_NE(Window().Find("size"), nullptr);
  EXPECT_EQ(Window().Find("size")->unit, FieldUnit::kCount);
  EXPECT_EQ(Window().Find("siz"), nullptr);
}

TEST(ChoiceTest, StartsWithTheFallbacksOfItsKind) {
  const Choice choice(Window());
  EXPECT_EQ(choice.kind(), "window");
  EXPECT_EQ(choice.Time("window"), 10ms);
  EXPECT_FALSE(choice.Has("size"));
  EXPECT_FALSE(choice.Has("price"));
}

TEST(ChoiceTest, TheLastSetWins) {
  Choice choice(Window());
  choice.Set("window", 20e6);
  choice.Set("size", 3);
  choice.Set("size", 4);
  EXPECT_EQ(choice.Time("window"), 20ms);
  EXPECT_EQ(choice.Count("size"), 4U);
  EXPECT_DOUBLE_EQ(choice.Number("size"), 4.0);
}

TEST(ChoiceTest, HoldsTextBesideNumbers) {
  Choice choice(Window());
  choice.SetText("file", "trace.csv");
  EXPECT_TRUE(choice.Has("file"));
  EXPECT_EQ(choice.Text("file"), "trace.csv");
}

TEST(ChoiceTest, HoldsOtherChoices) {
  Choice choice(Window());
  Choice part(Window());
  part.Set("size", 3);
  choice.SetChoices("parts", {Choice(Window()), part});
  const Choice copy = choice;
  choice.SetChoices("parts", {});
  EXPECT_TRUE(choice.Choices("parts").empty());
  ASSERT_EQ(copy.Choices("parts").size(), 2U);
  EXPECT_FALSE(copy.Choices("parts")[0].Has("size"));
  EXPECT_EQ(copy.Choices("parts")[1].Count("size"), 3U);
}

TEST(ChoiceTest, TimeIsTheNearestNanosecond) {
  Choice choice(Window());
  choice.Set("window", 1.4);
  EXPECT_EQ(choice.Time("window"), 1ns);
  choice.Set("window", 1.5);
  EXPECT_EQ(choice.Time("window"), 2ns);
}

TEST(ChoiceTest, ACopyIsIndependent) {
  Choice choice(Window());
  const Choice copy = choice;
  choice.Set("window", 20e6);
  EXPECT_EQ(copy.Time("window"), 10ms);
}

TEST(ChoiceDeathTest, AFieldWithoutAValueIsAMistakeToAskFor) {
  const Choice choice(Window());
  EXPECT_DEATH(static_cast<void>(choice.Number("size")), "CHECK failed");
  EXPECT_DEATH(static_cast<void>(choice.Text("size")), "CHECK failed");
  EXPECT_DEATH(static_cast<void>(choice.Choices("size")), "CHECK failed");
}

TEST(RangeProblemTest, BothEndsAreInside) {
  const FieldSpec& size = *Window().Find("size");
  EXPECT_EQ(RangeProblem(size, 1), std::nullopt);
  EXPECT_EQ(RangeProblem(size, 1000), std::nullopt);
  EXPECT_EQ(RangeProblem(size, 0), "at least 1");
  EXPECT_EQ(RangeProblem(size, 1001), "at most 1000");
}

TEST(RangeProblemTest, ACountIsAWholeNumber) {
  EXPECT_EQ(RangeProblem(*Window().Find("size"), 1.5), "a whole number");
  EXPECT_EQ(RangeProblem(*Window().Find("window"), 1.5), std::nullopt);
}

TEST(RangeProblemTest, SpeaksTheUnitOfTheField) {
  EXPECT_EQ(RangeProblem(*Window().Find("window"), 60e9 + 1e3), "at most 1m");
  EXPECT_EQ(RangeProblem(*Window().Find("price"), -1), "at least 0/s");
}

TEST(RangeProblemTest, NotANumberNeverFits) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const FieldSpec& field : Window().fields) {
    EXPECT_NE(RangeProblem(field, nan), std::nullopt) << field.name;
  }
}

}  // namespace
}  // namespace batcher
