#include "results/lib/autocorrelation.h"

#include <gtest/gtest.h>

#include <vector>

namespace results {
namespace {

// The mean is 2.5: (-1.5 * -0.5 + -0.5 * 0.5 + 0.5 * 1.5) / 5.
TEST(AutocorrelationTest, IsTheFormula) {
  EXPECT_DOUBLE_EQ(Lag1Autocorrelation(std::vector<double>{1, 2, 3, 4}), 0.25);
}

TEST(AutocorrelationTest, IsNegativeWhereValuesAlternate) {
  EXPECT_DOUBLE_EQ(Lag1Autocorrelation(std::vector<double>{1, -1, 1, -1}), -0.75);
}

TEST(AutocorrelationTest, IsZeroWhereThereIsNothingToTell) {
  EXPECT_EQ(Lag1Autocorrelation({}), 0);
  EXPECT_EQ(Lag1Autocorrelation(std::vector<double>{7}), 0);
  EXPECT_EQ(Lag1Autocorrelation(std::vector<double>{7, 7, 7}), 0);
}

}  // namespace
}  // namespace results
