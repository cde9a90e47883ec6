#include "results/lib/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace results {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(StudentFactorTest, IsThatOfThePrintedTables) {
  EXPECT_NEAR(StudentFactor(0.95, 1), 12.706, 0.001);
  EXPECT_NEAR(StudentFactor(0.95, 9), 2.262, 0.001);
  EXPECT_NEAR(StudentFactor(0.99, 9), 3.250, 0.001);
  EXPECT_NEAR(StudentFactor(0.95, 1e6), 1.960, 0.001);
}

// Mean 3, variance 2.5, so the standard error is sqrt(0.5); t(4) is 2.7764.
TEST(StudentIntervalTest, IsTheMeanAndSoManyStandardErrors) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  const auto interval = StudentInterval(values);
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->estimate, 3);
  EXPECT_NEAR(interval->low, 3 - 2.7764 * std::sqrt(0.5), 1e-4);
  EXPECT_NEAR(interval->high, 3 + 2.7764 * std::sqrt(0.5), 1e-4);
}

// Around 4 instead of the mean 3 the squares sum to 15 instead of 10.
TEST(SectionedIntervalTest, LiesAroundThePooledEstimate) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  const auto interval = SectionedInterval(4, values);
  ASSERT_TRUE(interval);
  EXPECT_DOUBLE_EQ(interval->estimate, 4);
  EXPECT_NEAR(interval->low, 4 - 2.7764 * std::sqrt(0.75), 1e-4);
  EXPECT_NEAR(interval->high, 4 + 2.7764 * std::sqrt(0.75), 1e-4);
  EXPECT_FALSE(SectionedInterval(kInfinity, values));
}

TEST(StudentIntervalTest, IsWiderForAHigherLevel) {
  const std::vector<double> values = {1, 2, 3, 4, 5};
  EXPECT_LT(StudentInterval(values, 0.99)->low, StudentInterval(values, 0.95)->low);
}

TEST(StudentIntervalTest, NeedsTwoValues) {
  EXPECT_FALSE(StudentInterval({}));
  EXPECT_FALSE(StudentInterval(std::vector<double>{1}));
  EXPECT_TRUE(StudentInterval(std::vector<double>{1, 2}));
}

TEST(StudentIntervalTest, IsNotMadeFromAValueThatIsNotFinite) {
  EXPECT_FALSE(StudentInterval(std::vector<double>{1, 2, kInfinity}));
  EXPECT_FALSE(StudentInterval(std::vector<double>{1, 2, std::nan("")}));
}

TEST(StudentIntervalTest, HasNoWidthIfAllValuesAreEqual) {
  const auto interval = StudentInterval(std::vector<double>{4, 4, 4});
  EXPECT_EQ(interval->low, 4);
  EXPECT_EQ(interval->high, 4);
}

TEST(StudentIntervalTest, RefusesALevelThatIsNoProbability) {
  const std::vector<double> values = {1, 2};
  EXPECT_DEATH(static_cast<void>(StudentInterval(values, 1)), "level < 1");
  EXPECT_DEATH(static_cast<void>(StudentInterval(values, 0)), "level > 0");
}

TEST(PairedDifferenceTest, CancelsWhatThePairsShare) {
  const std::vector<double> a = {101, 1003, 12, 57};
  const std::vector<double> b = {100, 1001, 10, 56};
  const auto difference = PairedDifference(a, b);
  ASSERT_TRUE(difference);
  EXPECT_DOUBLE_EQ(difference->estimate, 1.5);
  EXPECT_GT(difference->low, 0);
  EXPECT_LT(StudentInterval(a)->low, 0);
}

TEST(PairedDifferenceTest, RefusesValuesThatFormNoPairs) {
  const std::vector<double> two = {1, 2};
  const std::vector<double> three = {1, 2, 3};
  EXPECT_DEATH(static_cast<void>(PairedDifference(two, three)), "a.size\\(\\) == b.size\\(\\)");
}

}  // namespace
}  // namespace results
