#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batcher/base/time.h"
#include "bench/tune_trials.h"
#include "results/lib/summary.h"
#include "scenarios/threshold.h"

namespace bench {

// What tune makes as small as the demands allow.
enum class GoalKind : std::uint8_t {
  kRequests,  // HTTP requests for a call, polls counted
  kLatency,   // the mean latency
  kCredits,   // credits for a call
  kPrice,     // price x HTTP requests for a call + the mean wait of a call
};

struct Goal {
  GoalKind kind = GoalKind::kRequests;
  batcher::Duration price{0};  // kPrice: what an HTTP request is worth, in waiting of one call
};

// In requests for a call, milliseconds, credits for a call, or seconds.
[[nodiscard]] double LossOf(const Goal& goal, const results::Summary& summary);

// How much larger than `least` a loss may be and still be taken for as good: a point of the
// requests or of the most credits, 1 % of a latency; of a price nothing, since its least is not
// flat.
[[nodiscard]] double ToleranceOf(const Goal& goal, double least);

// How a candidate stands with the demands, the best first.
enum class Standing : std::uint8_t {
  kHolds,
  kLacksEvidence,  // of a demand it can't be told
  kMisses,
  kSaturated,  // more calls came than could be answered: its latency says how long the run was
};

struct Judged {
  Standing standing = Standing::kHolds;
  double loss = 0;
  // How far it is from its demands, 0 if they hold: the sum of what each is missed by, as a share.
  double excess = 0;
  std::string why = {};  // "p99 ..." of the first demand that does not hold, as in SloResult
};

// Besides the demands, one call in a thousand may go unanswered. Runs of the same recorded calls
// must hold the demands one by one: who runs the choice meets one of them.
[[nodiscard]] Judged Judge(const Goal& goal, const std::vector<scenarios::Threshold>& slo,
                           const Trial& trial);

}  // namespace bench
