// Goal: the table of policies says what was found before, by other code and with other draws.
// Method: the rows that need no long search, with fewer calls, against figures that were published
// for 5 runs of 200,000 calls. Chance is most of the difference, so each figure is held to four
// standard errors, from the spread of the runs that is stated here.

#include "bench/policy_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t kTraffics = 7;

struct Published {
  std::string_view row;
  std::array<double, kTraffics> shown;  // at a price of 100 ms
  double worst;                         // of all 21 cells
  double geometric_mean;
};
constexpr std::array<Published, 6> kPublished = {{
    {"no batching", {3.07, 7.25, 131, 100, 3.99, 6.28, 9.38}, 331, 13.2},
    {"tick 100ms", {1.84, 3.88, 65, 51, 2.31, 3.34, 4.96}, 240, 8.09},
    {"best window", {1.34, 1.20, 1.11, 1.17, 1.37, 1.26, 1.98}, 2.12, 1.32},
    {"balance", {1.27, 1.26, 1.40, 1.42, 1.32, 1.20, 1.30}, 1.82, 1.33},
    {"balance at half the price", {1.30, 1.26, 1.25, 1.50, 1.33, 1.24, 1.30}, 1.50, 1.31},
    {"balance_random", {1.34, 1.28, 1.26, 1.39, 1.37, 1.26, 1.34}, 1.56, 1.33},
}};

}  // namespace
}  // namespace bench
