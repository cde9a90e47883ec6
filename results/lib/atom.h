#pragma once

#include <optional>
#include <span>

namespace results {

// A value that more than half of the replications share. Polls at fixed times put the quantiles of
// latency on a lattice; an interval for their mean would be of width zero, or lie between values
// that can occur. So the value itself is told, and how far away the next one is.
struct Atom {
  double value = 0;
  double share = 0;  // of the values that are equal to it, in (0.5, 1]
  // From the atom to the nearest other value, in the unit of the values. None if all are equal.
  std::optional<double> next_step = {};
};

// None if no value has more than half, for fewer than 2 values, or if one is not finite. "Equal" is
// exactly equal: round the values first to the digits that are shown.
[[nodiscard]] std::optional<Atom> FindAtom(std::span<const double> values);

}  // namespace results
