#include "results/lib/clairvoyant_late.h"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "batcher/base/check.h"

// The least cost F_j of the first j calls is the least over i < j of F_i + price + max(0, q_j - i),
// a batch of calls i + 1 to j making those late that came more than `bound` before a_j, the first
// q_j calls being so old. F never falls, so of all i >= q_j the smallest is the best; of the others
// F_i - i counts, whose least in a sliding window is kept as the window moves. Such a count of late
// calls is a Monge function of the ends of the batch, so the least number of late calls is convex
// in the number of batches (see clairvoyant.cc).

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

// A number of late calls, which may be set against calls that are not, and the batches it takes.
struct LatePath {
  std::int64_t cost = 0;
  std::uint64_t batches = 0;

  friend auto operator<=>(const LatePath&, const LatePath&) = default;
};

// The least of the last values that were added.
class SlidingLeast {
 public:
  void Add(std::size_t index, LatePath value) {
    while (!kept_.empty() && value <= kept_.back().value) {
      kept_.pop_back();
    }
    kept_.push_back({.index = index, .value = value});
  }

  // Of those with index `first` or above; none: there are none. REQUIRES: `first` never falls.
  std::optional<LatePath> LeastFrom(std::size_t first) {
    while (!kept_.empty() && kept_.front().index < first) {
      kept_.pop_front();
    }
    return kept_.empty() ? std::nullopt : std::optional(kept_.front().value);
  }

 private:
  struct Kept {
    std::size_t index = 0;
    LatePath value = {};
  };
  std::deque<Kept> kept_;  // indices and values both ascend
};

}  // namespace

LateBatching LeastLate(std::span<const Instant> arrivals, Duration bound, std::uint64_t price,
                       SizeLimit max_items) {
  CHECK(bound >= Duration(0) && price <= arrivals.size());
  CHECK(!max_items || *max_items > 0);
  const std::size_t limit =
      std::min<std::size_t>(arrivals.size(), max_items.value_or(arrivals.size()));
  std::vector<LatePath> best(arrivals.size() + 1);
  SlidingLeast with_late;  // of F_i - i, for the old i
  std::size_t old = 0;
  for (std::size_t j = 1; j <= arrivals.size(); ++j) {
    const Instant now = arrivals[j - 1];
    for (; now - arrivals[old] > bound; ++old) {
      const auto calls = static_cast<std::int64_t>(old);
      with_late.Add(old, {.cost = best[old].cost - calls, .batches = best[old].batches});
    }
    const std::size_t first = j - std::min(j, limit);
    LatePath path = best[std::max(old, first)];
    if (auto late = with_late.LeastFrom(first)) {
      late->cost += static_cast<std::int64_t>(old);
      path = std::min(path, *late);
    }
    best[j] = {.cost = path.cost + static_cast<std::int64_t>(price), .batches = path.batches + 1};
  }
  const LatePath& all = best.back();
  return {.batches = all.batches,
          .late = static_cast<std::uint64_t>(all.cost) - price * all.batches};
}

}  // namespace results
