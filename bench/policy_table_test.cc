// Goal: the table of policies says what was found before, by other code and with other draws.
// Method: the rows that need no long search, with fewer calls, against figures of 5 runs of 200,000
// calls. Chance is most of the difference, so each figure is held to four standard errors, from the
// spread of runs that is stated here.

#include "bench/policy_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kTraffics = 7;
constexpr PolicyTableSize kSize = {.calls = 25'000, .seeds = 4};

// A run of some stretches of `mixed` says nothing of what no batching costs: a hundred times as
// much in bursts as between them.
constexpr double kAnything = std::numeric_limits<double>::infinity();

struct Found {
  std::string_view row;
  std::array<double, kTraffics> shown;  // at a price of 100 ms
  // The standard deviation of one run of 10,000 calls, in percent, from 24 of them.
  std::array<double, kTraffics> spread;
  // Of all 21 cells; 0: the worst is in a traffic that varies too much.
  double worst;
  double geometric_mean;
  // How far below we may be, in percent: a finer grid finds better settings.
  double better;
};
constexpr std::array<Found, 6> kFound = {{
    {"no batching",
     {3.07, 7.25, 131, 100, 3.99, 6.28, 9.38},
     {0.4, 1.8, 6.2, 0.6, 0.6, 30, kAnything},
     331,
     0,
     0},
    {"tick 100ms",
     {1.84, 3.88, 65, 51, 2.31, 3.34, 4.96},
     {0.5, 1.5, 16.4, 7.3, 0.7, 25, kAnything},
     240,
     0,
     0},
    {"best window",
     {1.34, 1.20, 1.11, 1.17, 1.37, 1.26, 1.98},
     {0.4, 0.4, 0.6, 1.9, 0.4, 5.6, kAnything},
     0,
     0,
     6},
    {"balance",
     {1.27, 1.26, 1.40, 1.42, 1.32, 1.20, 1.30},
     {0.3, 1.1, 2.6, 3.6, 0.5, 6.1, 3.6},
     1.82,
     1.33,
     0},
    {"balance at half the price",
     {1.30, 1.26, 1.25, 1.50, 1.33, 1.24, 1.30},
     {0.4, 0.6, 1.4, 0.6, 0.3, 3.8, 2.0},
     1.50,
     1.31,
     0},
    {"balance_random",
     {1.34, 1.28, 1.26, 1.39, 1.37, 1.26, 1.34},
     {0.3, 0.8, 2.8, 2.0, 0.4, 4.8, 3.3},
     1.56,
     1.33,
     0},
}};

// Four standard errors of the difference between our mean and one of 5 x 200,000 calls, as a share,
// if the spread falls with the square root of the calls.
double FourErrors(double spread_percent) {
  const double ours = 10'000.0 / static_cast<double>(kSize.calls * kSize.seeds);
  const double theirs = 10'000.0 / 1'000'000;
  return 4 * spread_percent / 100 * std::sqrt(ours + theirs);
}

// Half of the last digit that is told.
double HalfDigit(double figure) { return figure < 10 ? 0.005 : 0.5; }

std::vector<PolicyRow> RowsThatWereFound() {
  std::vector<PolicyRow> rows;
  for (PolicyRow& row : QuickPolicyRows()) {
    if (std::ranges::find(kFound, row.name, &Found::row) != kFound.end()) {
      rows.push_back(row);
    }
  }
  return rows;
}

class PolicyTableTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { table_ = MakePolicyTable(RowsThatWereFound(), kSize); }
  static void TearDownTestSuite() { table_.clear(); }

  static const std::vector<PolicyTableRow>& table() { return table_; }

 private:
  // NOLINTNEXTLINE(readability-identifier-naming): a member is named so, and a fixture's is static.
  static inline std::vector<PolicyTableRow> table_;
};

TEST_F(PolicyTableTest, TheCellsAreWhatWasFoundBefore) {
  ASSERT_EQ(table().size(), kFound.size());
  for (std::size_t row = 0; row < kFound.size(); ++row) {
    ASSERT_EQ(table()[row].name, kFound.at(row).row);
    for (std::size_t traffic = 0; traffic < kTraffics; ++traffic) {
      const double found = kFound.at(row).shown.at(traffic);
      const double ours = table()[row].cells[traffic].at(kShownPrice).Mean();
      const double errors = FourErrors(kFound.at(row).spread.at(traffic));
      EXPECT_LE(ours, found * (1 + errors) + HalfDigit(found))
          << kFound.at(row).row << " on " << PolicyTraffics()[traffic].name;
      EXPECT_GE(ours, found * (1 - errors - kFound.at(row).better / 100) - HalfDigit(found))
          << kFound.at(row).row << " on " << PolicyTraffics()[traffic].name;
    }
  }
}

// The worst cells are those of excel and waves. Differences of the geometric mean below 0.02 mean
// nothing even with all calls.
TEST_F(PolicyTableTest, SoAreTheWorstAndTheGeometricMean) {
  constexpr std::size_t kExcel = 2;
  for (std::size_t row = 0; row < kFound.size(); ++row) {
    const Found& found = kFound.at(row);
    if (found.worst > 0) {
      EXPECT_NEAR(table()[row].Worst(), found.worst,
                  found.worst * FourErrors(found.spread.at(kExcel)) + HalfDigit(found.worst))
          << found.row;
    }
    if (found.geometric_mean > 0) {
      EXPECT_NEAR(table()[row].GeometricMean(), found.geometric_mean, 0.03) << found.row;
    }
  }
}

// One who knows all calls beforehand pays no more than anybody, whatever they do; balance keeps its
// promise in each run.
TEST_F(PolicyTableTest, NoCellIsBelowOneAndBalanceIsNeverAboveTwo) {
  for (const PolicyTableRow& row : table()) {
    ASSERT_EQ(row.cells.size(), kTraffics);
    for (const auto& of_traffic : row.cells) {
      for (const PolicyCell& cell : of_traffic) {
        ASSERT_EQ(cell.ratios.size(), kSize.seeds);
        EXPECT_GE(*std::ranges::min_element(cell.ratios), 1) << row.name;
        if (row.name == "balance") {
          EXPECT_LE(*std::ranges::max_element(cell.ratios), 2.0001);
        }
      }
    }
  }
}

TEST(PolicyTableSizeTest, TheTableDoesNotDependOnTheThreads) {
  const PolicyTableSize one = {.calls = 300, .seeds = 3, .jobs = 1};
  PolicyTableSize four = one;
  four.jobs = 4;
  EXPECT_EQ(PolicyTableJson(MakePolicyTable(PolicyRows(), one), one),
            PolicyTableJson(MakePolicyTable(PolicyRows(), four), four));
}

TEST(PolicyTableTextTest, HasALineForEachPolicyAndAColumnForEachTraffic) {
  PolicyTableRow row{.name = "a policy", .cells = {}};
  for (std::size_t traffic = 0; traffic < kTraffics; ++traffic) {
    row.cells.push_back({PolicyCell{{1}}, PolicyCell{{1.5, 2.5}}, PolicyCell{{4}}});
  }
  row.cells.back().at(kShownPrice) = PolicyCell{{131}};
  EXPECT_EQ(PolicyTableText({row}),
            "policy    poisson  mmpp  excel  waves  lomax  regime  mixed  worst  geomean\n"
            "a policy     2.00  2.00   2.00   2.00   2.00    2.00    131    131     2.44\n");
}

TEST(PolicyCellTest, TheErrorOfTheMeanIsFromTheSpreadOfTheSeeds) {
  EXPECT_EQ(PolicyCell{{3}}.Error(), std::numeric_limits<double>::infinity());
  EXPECT_DOUBLE_EQ((PolicyCell{{1, 3}}.Error()), 1);
  EXPECT_DOUBLE_EQ((PolicyCell{{1, 3}}.Mean()), 2);
}

}  // namespace
}  // namespace bench
