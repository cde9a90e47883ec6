#include "results/lib/ledger.h"

#include <algorithm>

namespace results {

void SortLedger(Ledger& ledger) {
  // Stable, so that even a faulty ledger with a number twice is written the same way each time.
  std::ranges::stable_sort(ledger.calls, {}, &batcher::CallRecord::call);
  std::ranges::stable_sort(ledger.batches, {}, &batcher::BatchRecord::batch);
}

batcher::Duration Parts::Sum() const {
  batcher::Duration sum{0};
  for (const PartName& part : kParts) {
    sum += this->*part.length;
  }
  return sum;
}

Parts PartsOf(const batcher::CallRecord& call) {
  static_assert(kParts.size() + 1 == kCallStamps.size());
  Parts parts;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    parts.*kParts[i].length = call.*kCallStamps[i + 1].at - call.*kCallStamps[i].at;
  }
  return parts;
}

}  // namespace results
