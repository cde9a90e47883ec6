#pragma once

#include <cstdint>
#include <string>

#include "results/lib/ledger.h"

namespace results {

// A 64-bit hash of every field of every record, in the order of the ledger (sort it first). In
// virtual time the same scenario and seed give the same fingerprint on every machine and compiler;
// two ledgers that differ anywhere practically never share one.
[[nodiscard]] std::uint64_t Fingerprint(const Ledger& ledger);

// As in files and on screens: 16 hexadecimal digits.
[[nodiscard]] std::string FormatFingerprint(std::uint64_t fingerprint);

}  // namespace results
