#include "results/lib/difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace results {
namespace {

TEST(DifferenceOfTest, AddsTheWidthsThatFaceEachOther) {
  const Interval a{.estimate = 10, .low = 7, .high = 14};
  const Interval b{.estimate = 20, .low = 16, .high = 23};
  const Interval difference = DifferenceOf(a, b);
  EXPECT_DOUBLE_EQ(difference.estimate, 10);
  EXPECT_DOUBLE_EQ(difference.low, 10 - std::hypot(4, 4));
  EXPECT_DOUBLE_EQ(difference.high, 10 + std::hypot(3, 3));
}

TEST(WelchDifferenceTest, IsThatOfTheTextbook) {
  // Variances 2.5 and 10 over 5 values each: error sqrt(2.5), 5.88 degrees of freedom.
  const std::vector<double> a = {1, 2, 3, 4, 5};
  const std::vector<double> b = {2, 4, 6, 8, 10};
  const auto difference = WelchDifference(a, b);
  ASSERT_TRUE(difference);
  EXPECT_DOUBLE_EQ(difference->estimate, 3);
  EXPECT_NEAR(difference->high - 3, StudentFactor(0.95, 5.8824) * std::sqrt(2.5), 1e-4);
  EXPECT_NEAR(difference->low + difference->high, 6, 1e-9);
}

TEST(WelchDifferenceTest, ValuesThatDoNotVaryAreKnownExactly) {
  const std::vector<double> a = {3, 3};
  const std::vector<double> b = {4, 4};
  const auto difference = WelchDifference(a, b);
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->low, 1);
  EXPECT_EQ(difference->high, 1);
}

TEST(WelchDifferenceTest, OneValueOnEitherSideTellsNothing) {
  const std::vector<double> one = {3};
  const std::vector<double> two = {3, 4};
  EXPECT_FALSE(WelchDifference(one, two));
  EXPECT_FALSE(WelchDifference(two, one));
}

// A difference of `estimate` whose interval is Student's with many degrees of freedom and error 1.
DifferenceAt Known(double estimate) {
  return [estimate](double level) -> std::optional<Interval> {
    const double half = StudentFactor(level, 1e6);
    return Interval{.estimate = estimate, .low = estimate - half, .high = estimate + half};
  };
}

TEST(ShownAmongManyTest, OneByItselfIsShownAtItsOwnLevel) {
  EXPECT_EQ(ShownAmongMany(std::vector{Known(1.97)}), std::vector{true});
  EXPECT_EQ(ShownAmongMany(std::vector{Known(1.95)}), std::vector{false});
}

// Of two the first needs 2.24 errors; once it is shown, the other needs 1.96.
TEST(ShownAmongManyTest, EachThatIsShownMakesItEasierForTheOthers) {
  EXPECT_EQ(ShownAmongMany(std::vector{Known(2.1), Known(2.1)}), (std::vector{false, false}));
  EXPECT_EQ(ShownAmongMany(std::vector{Known(2.1), Known(-3)}), (std::vector{true, true}));
  EXPECT_EQ(ShownAmongMany(std::vector{Known(1.9), Known(-3)}), (std::vector{false, true}));
}

TEST(ShownAmongManyTest, WhatIsNotKnownIsNotShown) {
  const DifferenceAt unknown = [](double) { return std::optional<Interval>(); };
  EXPECT_EQ(ShownAmongMany(std::vector{unknown, Known(5)}), (std::vector{false, true}));
  EXPECT_TRUE(ShownAmongMany({}).empty());
}

}  // namespace
}  // namespace results
