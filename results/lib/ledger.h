#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/credits.h"
#include "batcher/core/outcome.h"
#include "batcher/core/records.h"
#include "batcher/recorder/ledger_rows.h"

namespace results {

// All that happened in one run. Everything else (summaries, files, tables, plots) is derived from
// it.
struct Ledger {
  std::vector<batcher::CallRecord> calls;
  std::vector<batcher::BatchRecord> batches;
};

// Calls by number, batches by id: the order of the files and of the fingerprint.
void SortLedger(Ledger& ledger);

// The stamps of the records, as the files name them.
using batcher::kBatchStamps;
using batcher::kCallStamps;

// Where the latency of one call went. Each part is the difference of two neighbouring stamps, so
// the parts sum to the latency to the nanosecond.
struct Parts {
  batcher::Duration generator_lateness{0};  // intended to submitted: the load generator's own fault
  batcher::Duration linger{0};              // submitted to due: the policy chose to wait
  batcher::Duration slot_wait{0};           // due to dispatched: all slots were taken
  batcher::Duration send{0};    // dispatched to sent: connections, limits, cost of sending
  batcher::Duration retry{0};   // sent to attempted: attempts that failed, and pauses
  batcher::Duration server{0};  // attempted to answered
  batcher::Duration poll_quantisation{0};  // answered to replied: the server had it, nobody asked
  batcher::Duration delivery{0};           // replied to delivered

  [[nodiscard]] batcher::Duration Sum() const;
};

// The parts by the names of files, in the order in which they happen.
struct PartName {
  std::string_view name;
  batcher::Duration Parts::*length;
};
inline constexpr std::array<PartName, 8> kParts = {{
    {"generator_lateness", &Parts::generator_lateness},
    {"linger", &Parts::linger},
    {"slot_wait", &Parts::slot_wait},
    {"send", &Parts::send},
    {"retry", &Parts::retry},
    {"server", &Parts::server},
    {"poll_quantisation", &Parts::poll_quantisation},
    {"delivery", &Parts::delivery},
}};

[[nodiscard]] constexpr Parts PartsOf(const batcher::CallRecord& call) {
  static_assert(kParts.size() + 1 == kCallStamps.size());
  Parts parts;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    parts.*kParts[i].length = call.*kCallStamps[i + 1].at - call.*kCallStamps[i].at;
  }
  return parts;
}

// What the caller felt: from the moment the schedule wanted the call to the delivery of its answer.
constexpr batcher::Duration Latency(const batcher::CallRecord& call) {
  return call.delivered - call.intended;
}

// What batching cost the caller: from the submit of the call to its first HTTP request.
constexpr batcher::Duration Wait(const batcher::CallRecord& call) {
  return call.sent - call.submitted;
}

using batcher::IsAnswered;

// What the service charges for a batch: for each attempt that it took on.
constexpr double Credits(const batcher::BatchRecord& batch) {
  return static_cast<double>(batcher::HalfCreditsOf(batch)) / 2;
}

}  // namespace results
