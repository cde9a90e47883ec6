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

}  // namespace results
