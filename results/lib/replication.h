#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "results/lib/bursts.h"
#include "results/lib/regret_tally.h"
#include "results/lib/tally.h"
#include "results/lib/worst_minute.h"

namespace results {

// The most calls of a run's beginning that are looked at for a warm-up.
inline constexpr std::size_t kWarmUpLook = 10'000;

// One of the runs of a sweep, in numbers that merge.
struct Replication {
  Tally tally = {};
  // Calls at the start that are left out of the statistics of times, never out of counts, because
  // the queue was not yet as full as it stays (MSER-5).
  std::uint64_t warm_up_calls = 0;
  // The p99 of the worst minute; none: no minute with enough calls.
  std::optional<batcher::Duration> worst_minute_p99 = {};
  // Calls per second that came, from the first to the last.
  double offered_rate = 0;
  // Calls per second that were answered, if more came than that, for as long as they came: the
  // latency then tells how long the run was and nothing else.
  std::optional<double> saturated_at = {};
  // What it cost at a price, against the least; none: no price was given, or as for RegretTally.
  std::optional<Bounds> bounds = {};
};

// Makes a Replication, told of one event after the other. Memory does not grow with the run, but
// for a price: see RegretTally. Not thread-safe.
class ReplicationTally {
 public:
  // `stationary`: the arrivals do not change with time, so that a warm-up can be told from them.
  // `regret`: a fresh one; none: there is no price.
  explicit ReplicationTally(bool stationary, std::optional<RegretTally> regret = std::nullopt)
      : stationary_(stationary), warming_up_(stationary), regret_(std::move(regret)) {}

  // A call has arrived, in ascending order of its number; `burst` may be kNoBurst.
  void Arrive(std::uint64_t call, std::uint32_t burst);
  // Of one batch: its calls one after the other.
  void End(const batcher::CallRecord& call);
  void End(const batcher::BatchRecord& batch);

  [[nodiscard]] Replication Finish();

 private:
  // Calls by blocks, each twice as long as the one before it: 0, 1, 2 .. 3, 4 .. 7, ...
  struct Block {
    double latency_sum_ns = 0;
    std::uint64_t calls = 0;
  };

  static double MeanOf(const Block& block);
  void AddTimes(const batcher::CallRecord& call);
  void TakeBursts();
  // Decides how many of the first calls are the warm-up.
  void EndWarmUp();
  [[nodiscard]] std::optional<double> SaturatedAt() const;

  bool stationary_;
  bool warming_up_;
  std::optional<RegretTally> regret_;
  std::vector<batcher::CallRecord> first_;  // While warming up.
  Replication replication_;
  Bursts bursts_;
  WorstMinute minutes_;
  std::vector<Block> blocks_;
  batcher::Instant first_intended_ = batcher::Instant::max();
  batcher::Instant last_intended_ = batcher::Instant::min();
  batcher::Instant last_delivered_ = batcher::Instant::min();
  batcher::Instant last_answered_ = batcher::Instant::min();
};

}  // namespace results
