#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "batcher/base/time.h"
#include "bench/policy_rows.h"
#include "bench/policy_traffics.h"

namespace bench {

// What policies cost beside who knows all calls beforehand: price x batches + waiting, over the
// least that is possible for the same arrivals (results::LeastCost), for kinds of traffic and
// prices of a batch. Exact for the arrivals: the only chance is in them, and in a random policy.

inline constexpr std::array<batcher::Duration, 3> kPolicyPrices = {
    std::chrono::milliseconds(10), std::chrono::milliseconds(100), std::chrono::seconds(1)};
// The price of which each traffic is shown by itself.
inline constexpr std::size_t kShownPrice = 1;

struct PolicyTableSize {
  std::size_t calls = 200'000;  // of one run, at least 1
  std::size_t seeds = 5;        // runs with other arrivals: 1, 2, ...; at least 1
  std::size_t jobs = 1;         // threads, at least 1; the table does not depend on them
};

// Cost over the least cost, of each seed.
struct PolicyCell {
  std::vector<double> ratios;

  [[nodiscard]] double Mean() const;
  // How far the mean is off by chance: its standard error from the seeds; infinite of one seed.
  [[nodiscard]] double Error() const;
};

struct PolicyTableRow {
  std::string name;
  std::vector<std::array<PolicyCell, kPolicyPrices.size()>> cells;  // by traffic, then price

  // Of the means of all cells.
  [[nodiscard]] double Worst() const;
  [[nodiscard]] double GeometricMean() const;
};

// One row for each of `rows`; in each, a cell for each traffic of PolicyTraffics().
[[nodiscard]] std::vector<PolicyTableRow> MakePolicyTable(const std::vector<PolicyRow>& rows,
                                                          const PolicyTableSize& size);

// For people: at 100 ms a column for each traffic, then the worst and the geometric mean of all.
[[nodiscard]] std::string PolicyTableText(const std::vector<PolicyTableRow>& table);
// For programs: every cell with the ratio of each seed.
[[nodiscard]] std::string PolicyTableJson(const std::vector<PolicyTableRow>& table,
                                          const PolicyTableSize& size);

}  // namespace bench
