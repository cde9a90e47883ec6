#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace results {

// How a simulated mean stands to the exact one.
struct Agreement {
  double simulated = 0;
  double error = 0;  // the standard error of `simulated`
  // (simulated - exact) / error as that of a normal distribution: Student's t of the replications
  // is turned into the z that is as unlikely. Without any error it is 0, or infinite if they differ
  // by more than rounding.
  double z = 0;
};

// `simulated` is pooled over replications, `values` are those of each: sectioning, as
// SectionedInterval. REQUIRES: 2 values or more.
[[nodiscard]] Agreement Compare(double exact, double simulated, std::span<const double> values);

// The chance that any of `count` such z is beyond +-`limit` although all is right, at most: the sum
// of their chances, however they depend on each other. Source: Bonferroni (1936).
[[nodiscard]] double ChanceOfAny(std::size_t count, double limit);

}  // namespace results
