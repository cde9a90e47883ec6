#include "bench/policy_replay.h"

#include <limits>

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using namespace std::chrono_literals;

// Longer than any policy lets a call wait, but for `count`.
constexpr Duration kPatience = 24h * 365;
constexpr std::size_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

class Arrivals {
 public:
  explicit Arrivals(std::span<const Instant> times) : times_(times) {}

  [[nodiscard]] Instant next_at() const {
    return next_ == times_.size() ? batcher::kNever : times_[next_];
  }
  batcher::VirtualArrival Take() {
    const std::uint64_t call = next_++;
    return {.at = times_[call], .call = call, .key = call};
  }

 private:
  std::span<const Instant> times_;
  std::size_t next_ = 0;
};

}  // namespace

batcher::EngineOptions WithoutLimits(const PolicySetting& setting, std::uint64_t seed) {
  batcher::EngineOptions options;
  options.queue = {.policy = setting.policy,
                   .max_items = setting.max_items.value_or(kUnlimited),
                   .max_in_flight = std::nullopt,
                   .max_queued = kUnlimited,
                   .single_below = 1,
                   .dedup = false};
  options.wire.timeout = kPatience;
  options.wire.attempt_timeout = kPatience;
  options.wire.max_connections = kUnlimited;
  options.seed = seed;
  return options;
}

std::optional<batcher::VirtualReply> InstantService::Serve(
    const batcher::Send& /*send*/, std::span<const batcher::Entry> /*entries*/,
    std::uint64_t /*first_call*/, Instant now) {
  return batcher::VirtualReply{.at = now, .reply = {.kind = batcher::ReplyKind::kAnswered}};
}

void BatchingCount::Add(const batcher::Effects& effects) {
  left_.batches += effects.dispatched.size();
  for (const batcher::EndedCall& ended : effects.calls) {
    if (ended.record.batch != batcher::kNoBatch) {
      left_.waiting += ended.record.dispatched - ended.record.submitted;
    } else {
      ++stayed_;
      stayed_since_ += ended.record.submitted.time_since_epoch();
    }
  }
}

results::Batching BatchingCount::Total(Instant last) const {
  results::Batching total = left_;
  if (stayed_ > 0) {
    ++total.batches;
    total.waiting += stayed_ * last.time_since_epoch() - stayed_since_;
  }
  return total;
}

results::Batching ReplayPolicy(const PolicySetting& setting, std::span<const Instant> arrivals,
                               std::uint64_t seed) {
  if (arrivals.empty()) {
    return {};
  }
  batcher::Engine engine(WithoutLimits(setting, seed));
  InstantService service;
  BatchingCount count;
  batcher::VirtualWorld world(engine, service,
                              [&count](const batcher::Effects& effects) { count.Add(effects); });
  Arrivals calls(arrivals);
  world.Run(calls);
  return count.Total(arrivals.back());
}

}  // namespace bench
