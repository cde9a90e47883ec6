#include "bench/endless_calls.h"

#include <algorithm>
#include <utility>

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;

constexpr Duration kPause = std::chrono::seconds(1);

}  // namespace

batcher::Result<EndlessCalls> EndlessCalls::Open(const scenarios::Scenario& scenario,
                                                 Duration length) {
  batcher::Result<scenarios::ArrivalStream> arrivals = scenarios::OpenArrivals(scenario);
  if (!arrivals) {
    return arrivals.error();
  }
  batcher::Result<scenarios::KeyStream> keys = scenarios::OpenKeys(scenario);
  if (!keys) {
    return keys.error();
  }
  if (arrivals->next_at() == batcher::kNever) {
    return batcher::Error{"found no call in the arrivals, wanted some to repeat"};
  }
  return EndlessCalls(*arrivals, *std::move(keys), scenario.calls, length);
}

Instant EndlessCalls::next_at() {
  if (round_.next_at() == batcher::kNever && under_way_ == 0) {
    BeginRound();
  }
  const Instant at = round_.next_at();
  if (at == batcher::kNever) {
    return at;
  }
  return at + round_start_ < Instant(length_) ? at + round_start_ : batcher::kNever;
}

void EndlessCalls::BeginRound() {
  const bool at_once = last_at_ == Duration(0) || waits();
  const Duration pause =
      at_once ? kPause
              : last_at_ / static_cast<Duration::rep>(std::max<std::uint64_t>(calls_ - 1, 1));
  round_start_ += last_at_ + pause;
  calls_before_ += calls_;
  calls_ = 0;
  last_at_ = Duration(0);
  round_ = arrivals_;
}

PlannedCall EndlessCalls::Take() {
  const scenarios::Arrival arrival = *round_.Next();
  ++calls_;
  under_way_ += waits() ? 1U : 0U;
  last_at_ = std::max(last_at_, arrival.at.time_since_epoch());
  const Instant at = arrival.at + round_start_;
  return {.at = at,
          .call = calls_before_ + arrival.ordinal,
          .key = keys_.KeyText(keys_.Next()),
          .deadline = scenarios::After(rules_.deadline, at),
          .cancel_at = scenarios::After(rules_.cancel_after, at)};
}

void EndlessCalls::Ended(std::uint64_t call, Instant at) {
  --under_way_;
  const Instant in_round = at - round_start_;
  last_at_ = std::max(last_at_, in_round.time_since_epoch());
  round_.Ended(call - calls_before_, in_round);
}

double EndlessCalls::ShareDone(Instant at) const {
  return std::clamp(batcher::ToSeconds(at.time_since_epoch()) / batcher::ToSeconds(length_), 0.0,
                    1.0);
}

}  // namespace bench
