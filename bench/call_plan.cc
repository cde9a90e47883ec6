#include "bench/call_plan.h"

#include <algorithm>

namespace bench {

batcher::Result<CallPlan> CallPlan::Make(const scenarios::Scenario& scenario) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  CallPlan plan(*std::move(arrivals), *std::move(keys), scenario.calls);
  if (plan.waits()) {
    plan.most_at_once_ = scenario.arrivals.Count("callers");
    return plan;
  }
  while (const std::optional<scenarios::Arrival> arrival = plan.arrivals_.Next()) {
    plan.made_.push_back(plan.Make(*arrival));
    plan.burst_of_made_.push_back(arrival->burst);
  }
  plan.most_at_once_ = plan.made_.size();
  return plan;
}

PlannedCall CallPlan::Make(const scenarios::Arrival& arrival) {
  return {.at = arrival.at,
          .call = arrival.ordinal,
          .key = keys_.KeyText(keys_.Next()),
          .deadline = scenarios::After(rules_.deadline, arrival.at),
          .cancel_at = scenarios::After(rules_.cancel_after, arrival.at)};
}

batcher::Instant CallPlan::next_at() {
  if (waits()) {
    return arrivals_.next_at();
  }
  return next_ == made_.size() ? batcher::kNever : made_[next_].at;
}

PlannedCall CallPlan::Take() {
  if (waits()) {
    burst_of_call_.push_back(scenarios::kNoBurst);
    return Make(*arrivals_.Next());
  }
  burst_of_call_.push_back(burst_of_made_[next_]);
  return std::move(made_[next_++]);
}

double CallPlan::ShareDone(batcher::Instant at) const {
  if (waits()) {
    return arrivals_.ShareDone(at);
  }
  const batcher::Duration length =
      made_.empty() ? batcher::Duration(0) : made_.back().at.time_since_epoch();
  return batcher::ToSeconds(at.time_since_epoch()) /
         batcher::ToSeconds(std::max(length, batcher::Duration(1)));
}

}  // namespace bench
