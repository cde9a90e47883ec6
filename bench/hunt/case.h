#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "batcher/base/time.h"
#include "batcher/core/options.h"

namespace hunt {

// What else than an answer to all may come of a request, each with a share of the requests.
enum class Fault : std::uint8_t {
  kFailed,      // fails in a way that may pass
  kRefused,     // fails for good, by an error that names no entry
  kQuota,       // the service's quota is used up
  kLost,        // a poll: the service has forgotten the batch
  kHang,        // no reply comes
  kStuck,       // a batch that was accepted is not ready for seconds
  kLate,        // the reply comes after the time of one attempt
  kTooFew,      // results are missing at the end
  kTooMany,     // results that nobody asked for are there too, or one twice
  kWrongText,   // a result names another key
  kShuffled,    // results come in another order (each names its key)
  kNameless,    // results don't name their keys
  kItemFailed,  // one result says that its entry failed
  kItemAbsurd,  // one result has an outcome that no entry can have
  kRetryAfter,  // a failure comes with the wish to wait
};
inline constexpr std::array<std::string_view, 15> kFaultNames = {
    "failed",   "refused",  "quota",       "lost",        "hang",
    "stuck",    "late",     "too_few",     "too_many",    "wrong_text",
    "shuffled", "nameless", "item_failed", "item_absurd", "retry_after"};

// How the service behaves. Its draws belong to (first call of the batch, request of the batch), so
// that calls which are left out change little for the others.
struct Service {
  std::uint64_t seed = 1;
  batcher::Duration takes{0};     // the median of an answer's time
  double spread = 0;              // of its logarithm
  batcher::Duration per_item{0};  // what each entry adds
  double pending = 0;             // the share of batches that are accepted, to be polled for
  double unknown = 0;             // the share of keys that are not found
  batcher::Duration grid{0};      // replies come at multiples of this after the start; 0: anywhen
  std::array<double, kFaultNames.size()> faults{};

  [[nodiscard]] double& operator[](Fault fault) { return faults[static_cast<std::size_t>(fault)]; }
  [[nodiscard]] double operator[](Fault fault) const {
    return faults[static_cast<std::size_t>(fault)];
  }
};

struct Call {
  batcher::Instant at{};
  std::uint64_t key = 0;
  std::size_t bytes = 0;
  batcher::Instant deadline = batcher::kNever;
  batcher::Instant cancel_at = batcher::kNever;  // never before that of the call before it
  bool can_wait = false;                         // for room in a full queue
  // What its caller does when told; in the world `front`, as the other one has no callers.
  bool asks_again = false;  // makes another call, at once, for the next key
  bool throws = false;
};

struct Order {
  enum class Kind : std::uint8_t { kFlush, kRetune, kDrain };
  batcher::Instant at{};
  Kind kind = Kind::kFlush;
  batcher::QueueOptions queue = {};  // kRetune
  batcher::Instant deadline{};       // kDrain
};
inline constexpr std::array<std::string_view, 3> kOrderNames = {"flush", "retune", "drain"};

// Who drives the engine.
enum class World : std::uint8_t {
  kCore,   // VirtualWorld, as in every simulation
  kFront,  // EngineLoop and Flights, as in a program, but in virtual time
};
inline constexpr std::array<std::string_view, 2> kWorldNames = {"core", "front"};

// One run, whole: what it does follows from this and from the program alone. A plain value.
struct Case {
  std::uint64_t seed = 0;  // that it was drawn from
  World world = World::kCore;
  batcher::EngineOptions options = {};
  Service service = {};
  std::vector<Call> calls = {};    // in ascending order of `at`
  std::vector<Order> orders = {};  // likewise
};

}  // namespace hunt
