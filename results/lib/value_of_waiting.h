#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batcher/base/time.h"
#include "results/lib/ledger.h"
#include "results/lib/summary.h"

namespace results {

// What a wait buys, from recorded arrivals alone: without limits of size or slots, and whatever the
// service does. A window that opens with the first call of each batch makes as few batches as
// anybody could, even knowing all arrivals beforehand, who lets no call wait longer than the
// window: each of its batches opens with a call that no batch before it could have taken along. So
// the counts are exact minima, and fall as the window grows.
struct ValueOfWaiting {
  struct Step {
    batcher::Duration window{0};
    std::uint64_t batches = 0;  // a call that comes exactly when its window ends still joins
  };
  std::vector<Step> steps = {};     // ascending, from window 0 to the longest
  batcher::Duration most_of_it{0};  // the shortest of `steps` with that share, or a larger one
  // What `most_of_it` gives of what the longest window gives: batches that window 0 would have
  // made, and it did not. At least kMostOfIt. 0: the longest gives nothing, and most_of_it is 0.
  double share = 0;
};

// The share of the gain that is called most of it.
inline constexpr double kMostOfIt = 0.9;
// Longer logs are left out: they would be waited for.
inline constexpr std::size_t kMostCallsValued = 2'000'000;

// The windows tried are some 40, close together where most of the gain is reached: most_of_it is
// known to half a percent. One pass over the arrivals for each four of them. None: fewer than two
// calls or more than kMostCallsValued, or no wait (`longest` not above 0).
[[nodiscard]] std::optional<ValueOfWaiting> ValueOf(
    std::span<const batcher::Instant> arrivals_ascending, batcher::Duration longest);

// What the policy's choice to wait has cost and bought in one run.
struct Waiting {
  batcher::Duration mean_linger{0};     // over answered calls: the cost
  batcher::Duration longest_linger{0};  // over the calls that left with a batch
  std::uint64_t calls = 0;              // that left with a batch
  std::uint64_t batches_without = 0;    // that the same arrivals would have made without any wait
  // That were made; but no fewer than waiting alone can explain, as calls that wait for a slot
  // gather too.
  std::uint64_t batches = 0;
  ValueOfWaiting value = {};  // of windows up to the longest linger
};

// `ledger` in order (SortLedger) and its summary. None where the policy made no call wait, and as
// for ValueOf.
[[nodiscard]] std::optional<Waiting> WaitingOf(const Ledger& ledger, const Summary& summary);

// "27 ms on average (50 ms at most) bought 91 % fewer batches than calls; 93 % of the gain came in
// the first 12 ms".
[[nodiscard]] std::string WaitingSentence(const Waiting& waiting);

}  // namespace results
