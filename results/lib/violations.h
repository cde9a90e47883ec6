#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/lib/ledger.h"

namespace results {

// What must hold in every run, whatever the policy and the faults, and does not hold in `ledger`: a
// sentence for each of the first ten findings, and one more that counts the rest. Empty: all is
// well.
//
// - every call number is there once, and there are as many as were `submitted` (if that is known);
// - stamps never decrease, and the parts of each latency sum to it;
// - a call that names a batch finds it, at a position below its number of entries;
// - an answered call has a batch, and no stamp that lies before the same stamp of its batch;
// - each batch is there once, with at least one entry, no more entries than calls, no more accepted
//   attempts than attempts, and all the calls that left the queue with it.
[[nodiscard]] std::vector<std::string> Violations(
    const Ledger& ledger, std::optional<std::uint64_t> submitted = std::nullopt);

}  // namespace results
