#include "results/lib/agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace {

using results::Agreement;
using results::Compare;

TEST(AgreementTest, TellsTheDifferenceInStandardErrors) {
  // Mean 10, variance 2.5: the error of the mean of 5 is sqrt(0.5), and the difference 1.41 of it.
  const std::vector<double> values = {8, 9, 10, 11, 12};
  const Agreement agreement = Compare(9, 10, values);
  EXPECT_NEAR(agreement.error, std::sqrt(0.5), 1e-12);
  // P(t > 1.41421) = 0.11509 with 4 degrees of freedom, and P(z > 1.19988).
  EXPECT_NEAR(agreement.z, 1.19988, 1e-4);
  EXPECT_NEAR(Compare(11, 10, values).z, -agreement.z, 1e-12);
}

TEST(AgreementTest, WithoutAnyErrorOnlyRoundingIsForgiven) {
  const std::vector<double> values = {14, 14, 14};
  EXPECT_EQ(Compare(14, 14, values).z, 0);
  EXPECT_EQ(Compare(14.0000000001, 14, values).z, 0);
  EXPECT_TRUE(std::isinf(Compare(14.1, 14, values).z));
  EXPECT_LT(Compare(14.1, 14, values).z, 0);
}

TEST(AgreementTest, ADifferenceBeyondAllTailsIsStillANumber) {
  const std::vector<double> values = {1, 1.0001, 0.9999, 1.00005};
  EXPECT_GT(Compare(0.5, 1, values).z, 4);
  EXPECT_TRUE(std::isfinite(Compare(0.5, 1, values).z));
}

TEST(AgreementTest, TheChanceOfAnyAddsUp) {
  EXPECT_NEAR(results::ChanceOfAny(1, 1.959964), 0.05, 1e-6);
  EXPECT_NEAR(results::ChanceOfAny(100, 4), 0.0063342, 1e-6);
  EXPECT_EQ(results::ChanceOfAny(100, 1), 1);
}

}  // namespace
