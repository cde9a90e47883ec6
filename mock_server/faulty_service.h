#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "batcher/base/time.h"
#include "mock_server/fault_log.h"
#include "mock_server/fault_plan.h"
#include "mock_server/job_store.h"
#include "mock_server/service_model.h"

namespace mock_server {

// What the service says to one request, and what is wrong with it.
struct FaultyServed {
  // As the model says; means nothing if the fault comes in place of it (see IsInPlaceOfService).
  Served served = {};
  std::optional<Fault> fault = {};  // to be done; it is in the log
  bool unknown_job = false;         // a poll that was let in, for a batch that is not known
};

// A fault with which the request never comes to the service: no work, no credits.
constexpr bool IsInPlaceOfService(const Fault& fault) { return fault.kind <= FaultKind::kHang; }

// The service model with the faults of its options: what both the HTTP mock and the virtual world
// ask. A request that the model refuses (429) meets no other fault. A value; not thread-safe.
// REQUIRES of every function: `now` does not go backwards.
class FaultyService {
 public:
  FaultyService(const ServiceOptions& options, std::uint64_t seed);

  // The times of the faults count from `start`, before which there are none. Until then, and
  // without: from the start of the model's time.
  void StartFaults(Instant start) { start_ = start; }

  // As those of ServiceModel. A batch that never becomes ready is ready at kNever.
  FaultyServed Single(DrawKey key, Instant now);
  FaultyServed Batch(std::size_t items, DrawKey key, Instant now);
  // `job` is what was accepted by Batch under `job->key`; null: it is not known.
  FaultyServed Poll(Job* job, Instant now);

  [[nodiscard]] const ServiceModel& model() const { return model_; }
  [[nodiscard]] const FaultPlan& plan() const { return plan_; }
  [[nodiscard]] const FaultLog& log() const { return log_; }

 private:
  [[nodiscard]] std::optional<Fault> Find(const FaultyRequest& request, Instant now) const;
  void Log(const Fault& fault, DrawKey key, std::uint64_t half_credits);

  ServiceModel model_;
  FaultPlan plan_;
  Instant start_;
  FaultLog log_;
};

}  // namespace mock_server
