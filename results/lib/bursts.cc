#include "results/lib/bursts.h"

#include <algorithm>
#include <iterator>

#include "results/lib/ledger.h"

namespace results {

void Bursts::Arrive(std::uint64_t call, std::uint32_t burst) {
  if (bursts_.empty() || bursts_.back().number != burst) {
    bursts_.push_back({.number = burst, .first_call = call});
  }
  ++bursts_.back().calls;
}

void Bursts::End(const batcher::CallRecord& call) {
  const auto after = std::ranges::upper_bound(bursts_, call.call, {}, &Burst::first_call);
  if (after == bursts_.begin() ||
      call.call >= std::prev(after)->first_call + std::prev(after)->calls) {
    return;
  }
  Burst& burst = *std::prev(after);
  ++burst.ended;
  burst.first_intended = std::min(burst.first_intended, call.intended);
  burst.last_delivered = std::max(burst.last_delivered, call.delivered);
  burst.all_answered = burst.all_answered && IsAnswered(call.outcome);
}

std::optional<Bursts::Done> Bursts::Take() {
  if (bursts_.empty() || bursts_.front().ended < bursts_.front().calls ||
      (bursts_.size() == 1 && !arrivals_ended_)) {
    return std::nullopt;
  }
  const Burst burst = bursts_.front();
  bursts_.pop_front();
  return Done{.completion = burst.all_answered
                                ? std::optional(burst.last_delivered - burst.first_intended)
                                : std::nullopt};
}

}  // namespace results
