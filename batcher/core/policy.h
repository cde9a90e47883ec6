#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "batcher/core/outcome.h"

namespace batcher {

// What a policy sees of the queue. REQUIRES of whoever asks: entries > 0.
struct QueueView {
  std::size_t calls = 0;      // queued
  std::size_t entries = 0;    // queued, at most `calls`
  std::size_t bytes = 0;      // queued
  Instant oldest{};           // submit time of the oldest entry
  Instant newest{};           // submit time of the latest call
  Duration summed_wait{0};    // of the queued calls, until `newest`
  std::size_t in_flight = 0;  // batches
  bool slot_free = true;      // a batch could leave at once
  bool full_items = false;    // a batch of max_items entries is queued
  bool full_bytes = false;    // a batch of max_bytes is queued
  Instant full_since{};       // when either of them became true
  Instant last_completion{};  // of a batch; the start of the run if there was none
};

// When the queue is to be flushed, and why.
struct Due {
  Instant at;  // may lie in the past: due since then
  FlushReason reason = FlushReason::kWindow;
  bool everything = false;  // all that is queued then leaves, not one batch of it
};

// Decides how long calls wait. It keeps nothing but what follows from the events that it was told
// and from its own random stream, so that a copy decides alike.
class Policy {
 public:
  virtual ~Policy() = default;

  // When the queue should be flushed as it stands; none: not until something happens. Asked after
  // every event while no flush is due.
  [[nodiscard]] virtual std::optional<Due> Next(const QueueView& queue) = 0;

  // A flush that this policy asked for has begun to leave, at `now`.
  virtual void OnFlush(Instant now);

  // Each call by itself, through the single endpoint.
  [[nodiscard]] virtual bool unbatched() const { return false; }

  // While fewer calls than this are queued, one more does not change the answer, so that a driver
  // need not tell the engine of it at once. At most max_items; 0: each call may change it.
  [[nodiscard]] virtual std::size_t hastened_from(std::size_t max_items) const;

  [[nodiscard]] virtual std::unique_ptr<Policy> Clone() const = 0;

 protected:
  Policy() = default;
  Policy(const Policy&) = default;
  Policy& operator=(const Policy&) = default;
};

// The reason that every policy with a size limit shares: a full batch leaves at once.
[[nodiscard]] std::optional<Due> DueIfFull(const QueueView& queue);
// The earlier of two; at equal times the first.
[[nodiscard]] Due Earlier(const std::optional<Due>& first, const Due& second);

// One row of the registry: a policy is a file of its own and a line there.
struct PolicyKind {
  KindSpec spec;
  // `seed` feeds the policy's own random stream. REQUIRES: a value for each field that isn't
  // optional.
  std::unique_ptr<Policy> (*make)(const Choice& choice, std::uint64_t seed) = nullptr;
};

// All policies, in the order of the documents.
const std::vector<PolicyKind>& PolicyKinds();

// REQUIRES: choice.kind() is the name of a row.
std::unique_ptr<Policy> MakePolicy(const Choice& choice, std::uint64_t seed);

}  // namespace batcher
