#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "results/lib/summary.h"

namespace results {

enum class VerdictStatus : std::uint8_t { kValid, kInvalid };

// A run's judgement of itself: whether its numbers may be believed, and to how much.
struct Verdict {
  VerdictStatus status = VerdictStatus::kValid;
  // How far its times may be off: p99 of the load generator's lateness + p99 of the mock server's
  // delay error. 0 in virtual time.
  batcher::Duration margin{0};
  std::vector<std::string> reasons = {};  // why it is invalid, or what the margin is made of
  std::vector<std::string> advice = {};   // what to do next; empty if valid
};

struct VerdictInputs {
  bool virtual_time = false;
  bool interrupted = false;
  std::optional<batcher::Duration> window = {};  // of the policy, if it has one
  std::vector<std::string> violations = {};      // of the ledger
};

// Invalid is a run that has no calls, breaks an invariant, could not reach the service for at least
// half of its calls, had no call answered, or (in real time) whose margin exceeds 5 % of the
// latency's p50 and 5 % of the window.
[[nodiscard]] Verdict Judge(const Summary& summary, const VerdictInputs& inputs);

[[nodiscard]] std::string_view Name(VerdictStatus status);  // "VALID", "INVALID"

// The first line of a summary: "VALID to +-3 ms: load generator late by 1.2 ms, ...".
[[nodiscard]] std::string VerdictLine(const Verdict& verdict);

}  // namespace results
