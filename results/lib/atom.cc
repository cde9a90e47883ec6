#include "results/lib/atom.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace results {

std::optional<Atom> FindAtom(std::span<const double> values) {
  const auto finite = [](double value) { return std::isfinite(value); };
  if (values.size() < 2 || !std::ranges::all_of(values, finite)) {
    return std::nullopt;
  }
  std::vector<double> ascending(values.begin(), values.end());
  std::ranges::sort(ascending);
  // A value that has more than half of the places has the middle one.
  const double candidate = ascending[ascending.size() / 2];
  const auto first = std::ranges::lower_bound(ascending, candidate);
  const auto last = std::ranges::upper_bound(ascending, candidate);
  const double share = static_cast<double>(last - first) / static_cast<double>(ascending.size());
  if (share <= 0.5) {
    return std::nullopt;
  }
  Atom atom{.value = candidate, .share = share};
  if (first != ascending.begin()) {
    atom.next_step = candidate - *(first - 1);
  }
  if (last != ascending.end()) {
    const double above = *last - candidate;
    atom.next_step = std::min(above, atom.next_step.value_or(above));
  }
  return atom;
}

}  // namespace results
