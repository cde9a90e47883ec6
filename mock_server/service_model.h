#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "mock_server/draw_key.h"
#include "mock_server/latency.h"

namespace mock_server {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;

enum class BatchMode {
  kPending,    // a batch is accepted at once, worked on, and fetched by polls
  kImmediate,  // a batch is answered when it is done, like a single call
};

// What is charged.
inline constexpr std::uint64_t kHalfCreditsOfSingle = 2;
inline constexpr std::uint64_t kHalfCreditsOfItem = 1;

// Requests that the server lets in: `rate` per second, `burst` at once. Others get a 429.
struct RateLimit {
  double rate_per_second = 5;
  double burst = 5;
  bool counts_polls = true;
  Duration retry_after = std::chrono::seconds(1);  // what the 429 asks for
};

// How the service behaves: the `server` part of a scenario. See LatencyKinds for the choices.
struct ServiceOptions {
  Choice single = ConstantLatency(std::chrono::milliseconds(60));
  Choice batch_base = ConstantLatency(std::chrono::milliseconds(80));
  Duration batch_per_item = std::chrono::microseconds(500);
  // Multiplies the time of a batch; scaled to mean 1 (see JitterProblem); none: no jitter.
  std::optional<Choice> jitter = {};
  BatchMode batch_mode = BatchMode::kPending;
  std::optional<std::size_t> workers = 8;  // one pool for single calls and jobs; none: no limit
  std::optional<RateLimit> rate_limit = {};
  // Credits for a day, which begins every 24 h from the start on; none: any number. A single call
  // costs 1, an address of a batch 0.5, a poll nothing.
  std::optional<std::uint64_t> quota = {};
  int unknown_id_status = 404;
  int empty_batch_status = 400;
  std::vector<Choice> faults = {};  // on purpose: see FaultKinds and FaultPlan
};

// What the service says to one request.
struct Served {
  int status = 200;         // 200 done, 202 pending, 429 over the rate limit or the quota
  Instant ready = {};       // of the answer: the reply's time, or, if pending, the job's
  Duration retry_after{0};  // with 429 of the rate limit
  bool over_quota = false;  // 429: more credits than are left of the day
};

// What the workers were given to do, and for how long they were busy. These are equal, unless the
// model has lost or doubled a worker. In nanoseconds, modulo 2^64.
struct WorkDone {
  std::uint64_t service_ns = 0;
  std::uint64_t busy_ns = 0;
};

// The service in pure form: (request, now, seed) -> (answer, when it is ready). It never waits,
// reads no clock, does no I/O: the HTTP mock waits until `ready`, the virtual world schedules it.
// Requests queue first in, first out, before the workers; polls need no worker. A request that
// would take more credits than are left of the day's quota is refused and takes none, but it counts
// for the rate, which is looked at first. A value; not thread-safe. REQUIRES of every function:
// `now` does not go backwards.
class ServiceModel {
 public:
  ServiceModel(const ServiceOptions& options, std::uint64_t seed);

  // One address. 200, or 429.
  Served Single(DrawKey key, Instant now);
  // `items` addresses together. 202 (kPending), 200 (kImmediate), or 429. REQUIRES: items > 0.
  Served Batch(std::size_t items, DrawKey key, Instant now);
  // A poll of a job that is ready at `job_ready`. 200, 202, or 429; `ready` is `now`, for 200 the
  // answer itself has been ready since job_ready.
  Served Poll(Instant job_ready, Instant now);

  // Of all requests until now, up to the end of each.
  [[nodiscard]] WorkDone work_done() const;

  [[nodiscard]] const ServiceOptions& options() const { return options_; }

 private:
  // True if the rate limit lets a request in at `now`.
  bool Admit(Instant now);
  [[nodiscard]] Served Refused(Instant now) const;
  // Takes credits off the quota of the day of `now`. False: so many are not left.
  bool Charge(std::uint64_t half_credits, Instant now);
  // How long a worker is busy with a batch.
  [[nodiscard]] Duration BatchTime(std::size_t items, DrawKey key) const;
  // When work of length `service` that arrives at `now` is done by the workers.
  Instant Serve(Duration service, Instant now);

  ServiceOptions options_;
  std::uint64_t seed_;
  Latency single_;
  Latency batch_base_;
  std::optional<Latency> jitter_;
  std::vector<Instant> busy_until_;  // A min-heap, one for each worker; empty: no limit.
  std::uint64_t service_ns_ = 0;     // Given to the workers.
  std::uint64_t idle_ns_ = 0;        // Of all workers, each until its busy_until_.
  Duration token_gap_{0};            // Of the rate limit: a token comes each.
  Duration bucket_slack_{0};         // A request is let in if the bucket is full in that time.
  Instant bucket_full_at_;
  Instant last_admission_;
  Duration::rep day_ = 0;                   // That of the last charge, from 0.
  std::uint64_t charged_half_credits_ = 0;  // On that day. Invariant: at most twice the quota.
};

}  // namespace mock_server
