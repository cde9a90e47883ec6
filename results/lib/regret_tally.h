#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/records.h"
#include "results/lib/regret.h"

namespace results {

// What bounds the batches of one run, and what it made of them.
struct Bounds {
  Regret regret = {};
  // The fewest batches that anybody could send who lets no call wait longer than `max_wait`: see
  // FewestWithin. None: no max_wait was given.
  std::optional<std::uint64_t> fewest_batches = {};
};

// The same as RegretOf, told of one record after the other, in any order: of each call it keeps 8
// bytes, not its record. Not thread-safe.
class RegretTally {
 public:
  // REQUIRES: price > 0; max_wait >= 0.
  explicit RegretTally(batcher::Duration price,
                       std::optional<batcher::Duration> max_wait = std::nullopt);

  void End(const batcher::CallRecord& call);
  void End(const batcher::BatchRecord& /*batch*/) { ++batches_; }

  // None as RegretOf, but for calls that joined a batch in flight, of which a record alone does not
  // tell. REQUIRES: there are none; it is called once.
  [[nodiscard]] std::optional<Bounds> Finish();

 private:
  batcher::Duration price_;
  std::optional<batcher::Duration> max_wait_;
  std::uint64_t batches_ = 0;
  batcher::Duration waiting_{0};
  bool too_long_ = false;                   // the waits together are beyond 146 years
  std::vector<batcher::Instant> arrivals_;  // of the calls that left with a batch
};

}  // namespace results
