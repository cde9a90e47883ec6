#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/lib/difference.h"
#include "results/lib/known_quantities.h"
#include "results/lib/ledger.h"

namespace results {

// One quantity of two results.
struct ComparedPair {
  std::string point = {};  // of a sweep, by its label; empty: of a run
  ComparedQuantity quantity = {};
  double a = 0;
  double b = 0;
  Interval difference = {};  // b - a, at 95 %
  bool shown = false;        // it is there, also among as many quantities as were looked at

  // Of the difference and of the ends of its interval, to a; none: a is 0.
  [[nodiscard]] std::optional<Interval> Relative() const;
  // Neither varies, and both are the same but for rounding.
  [[nodiscard]] bool Same() const;
};

// Two runs, by all quantities that both know. They are taken to be independent: with the same
// arrivals the intervals are wider than they need be.
[[nodiscard]] std::vector<ComparedPair> CompareRuns(const Ledger& a, const Ledger& b);

// What each replication of one point of a sweep has: by its seed, the values of
// ComparedQuantities() (none: it has no such thing).
using PointValues = std::map<std::uint64_t, std::vector<std::optional<double>>>;

// Two sweeps, point by point by their labels, those of both: by the differences of the same seeds,
// which had the same arrivals, if there are any; else as independent replications.
[[nodiscard]] std::vector<ComparedPair> CompareSweeps(const std::map<std::string, PointValues>& a,
                                                      const std::map<std::string, PointValues>& b,
                                                      const std::vector<std::string>& points);

}  // namespace results
