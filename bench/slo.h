#pragma once

#include <string>
#include <vector>

#include "results/lib/summary.h"
#include "scenarios/threshold.h"

namespace bench {

// What became of one demand of the scenario.
enum class SloStatus { kHeld, kMissed, kLacksEvidence };

struct SloResult {
  SloStatus status = SloStatus::kHeld;
  std::string line;  // "latency.p99 <= 300ms   held: 235 ms"
  // Unless it holds: "3 ms over latency.p99 <= 300ms", "latency.p99 needs 460 batches, this run had
  // 249".
  std::string why = {};
};

[[nodiscard]] std::vector<SloResult> CheckSlo(const std::vector<scenarios::Threshold>& slo,
                                              const results::Summary& summary);

}  // namespace bench
