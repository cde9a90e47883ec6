#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "results/lib/comparison.h"

namespace bench {

// A demand on a comparison: "latency.p99 worse by 5%", "wait.mean worse by 3ms".
struct Gate {
  std::string text = {};
  std::size_t quantity = 0;  // within ComparedQuantities()
  double limit = 0;          // above 0; in milliseconds or as a number, or as a share of A's
  bool relative = false;
};

[[nodiscard]] batcher::Result<Gate> ParseGate(std::string_view text);

enum class GateStatus : std::uint8_t { kPassed, kLacksEvidence, kFailed };
struct GateResult {
  GateStatus status = GateStatus::kPassed;
  std::string line = {};  // a sentence
};

// Fails where B is worse by the limit or more and the interval of the difference leaves out 0.
// Where B seems that much worse and the interval holds 0, or the quantity is not known, evidence
// lacks.
[[nodiscard]] GateResult Check(const Gate& gate, const std::vector<results::ComparedPair>& pairs);

}  // namespace bench
