#include "bench/policy_replay.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "batcher/core/policy.h"

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

// The queue of one policy, and what left it.
class PolicyQueue {
 public:
  PolicyQueue(const ReplayedPolicy& setting, std::span<const Instant> arrivals, std::uint64_t seed)
      : policy_(batcher::MakePolicy(setting.policy, seed)),
        max_items_(policy_->unbatched() ? 1 : setting.max_items.value_or(kUnlimited)),
        full_at_(setting.max_items.value_or(kUnlimited)),
        arrivals_(arrivals) {}

  results::Batching Run() {
    while (true) {
      const Instant next = tail_ == arrivals_.size() ? batcher::kNever : arrivals_[tail_];
      // A call that comes exactly when a flush is due joins.
      if (due_ && std::max(due_->at, now_) < next) {
        now_ = std::max(due_->at, now_);
        Flush();
      } else if (next != batcher::kNever) {
        now_ = next;
        summed_ += next.time_since_epoch();
        ++tail_;
        Ask(0);
      } else {
        break;
      }
    }
    if (head_ < tail_) {  // They wait for ever: see BatchingCount.
      now_ = arrivals_.back();
      Leave(tail_ - head_);
    }
    return left_;
  }

 private:
  void Ask(std::size_t in_flight) {
    const std::size_t calls = tail_ - head_;
    const Instant newest = arrivals_[tail_ - 1];
    const bool full = calls >= full_at_;
    due_ = policy_->Next(
        {.calls = calls,
         .entries = calls,
         .oldest = arrivals_[head_],
         .newest = newest,
         .summed_wait = static_cast<Duration::rep>(calls) * newest.time_since_epoch() - summed_,
         .in_flight = in_flight,
         .full_items = full,
         .full_since = full ? arrivals_[head_ + full_at_ - 1] : newest,
         .last_completion = last_completion_});
  }

  // All batches that are due at now_, and their answers.
  void Flush() {
    std::size_t in_flight = 0;
    while (due_ && due_->at <= now_) {
      policy_->OnFlush(now_);
      std::size_t to_leave = due_->everything ? tail_ - head_ : 1;
      due_.reset();
      while (to_leave > 0) {
        const std::size_t taken = std::min(tail_ - head_, max_items_);
        Leave(taken);
        ++in_flight;
        to_leave -= std::min(to_leave, taken);
      }
      if (head_ < tail_) {
        Ask(in_flight);
      }
    }
    last_completion_ = now_;
    if (head_ < tail_) {
      Ask(0);
    }
  }

  // One batch.
  void Leave(std::size_t calls) {
    ++left_.batches;
    for (const std::size_t end = head_ + calls; head_ < end; ++head_) {
      left_.waiting += now_ - arrivals_[head_];
      summed_ -= arrivals_[head_].time_since_epoch();
    }
  }

  std::unique_ptr<batcher::Policy> policy_;
  std::size_t max_items_;  // of a batch
  std::size_t full_at_;    // calls, of which the policy is told
  std::span<const Instant> arrivals_;
  std::size_t head_ = 0;  // The calls from head_ to tail_ are queued.
  std::size_t tail_ = 0;
  Duration summed_{0};  // of their times of submit
  std::optional<batcher::Due> due_;
  Instant now_;
  Instant last_completion_;
  results::Batching left_;
};

}  // namespace

batcher::EngineOptions WithoutLimits(const ReplayedPolicy& setting, std::uint64_t seed) {
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

results::Batching ReplayEngine(const ReplayedPolicy& setting, std::span<const Instant> arrivals,
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

results::Batching ReplayPolicy(const ReplayedPolicy& setting, std::span<const Instant> arrivals,
                               std::uint64_t seed) {
  return PolicyQueue(setting, arrivals, seed).Run();
}

}  // namespace bench
