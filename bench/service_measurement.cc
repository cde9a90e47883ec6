#include "bench/service_measurement.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>
#include <utility>

#include "bench/prober.h"
#include "results/lib/ledger.h"

namespace bench {
namespace {

using batcher::BatchRecord;
using batcher::RequestRecord;

constexpr std::size_t kMostFailuresInARow = 5;
// A batch leaves because it is full, never because it waited.
constexpr batcher::Duration kNoWindow = std::chrono::hours(1);

// Keeps what is told of the probe at hand.
class ProbeLog final : public batcher::Observer {
 public:
  void Begin(ProbeShape shape, std::uint64_t first_call) {
    const std::lock_guard lock(mutex_);
    probe_ = {.shape = shape};
    first_call_ = first_call;
    ended_ = false;
  }
  // False if a stop is requested before the probe has ended.
  bool Await(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return ended_; });
  }
  [[nodiscard]] SentProbe Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(probe_, {});
  }

  void OnRequest(const RequestRecord& request) override {
    const std::lock_guard lock(mutex_);
    if (request.first_call == first_call_) {  // else one that was given up has come back
      probe_.requests.push_back(request);
    }
  }
  void OnBatch(const BatchRecord& batch, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    if (batch.first_call == first_call_) {
      probe_.outcome = batch.outcome;
      probe_.message = message;
      probe_.credits = results::Credits(batch);
      ended_ = true;
      changed_.notify_all();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  SentProbe probe_;               // Guarded by mutex_.
  std::uint64_t first_call_ = 0;  // Guarded by mutex_.
  bool ended_ = false;            // Guarded by mutex_.
};

batcher::QueueOptions QueueFor(const ProbeShape& shape) {
  batcher::QueueOptions queue;
  queue.policy = batcher::WindowPolicy(kNoWindow);
  queue.max_items = shape.size;
  queue.single_below = shape.batch ? 1 : 2;
  queue.dedup = false;
  return queue;
}

}  // namespace

batcher::Result<ServiceMeasurement> MeasureService(const scenarios::Scenario& scenario,
                                                   HttpService& service,
                                                   const ProbingOptions& options,
                                                   const RunControl& control) {
  if (auto problem = OpenConnections(*service.endpoint, 1, control.stop)) {
    return *std::move(problem);
  }
  ServiceMeasurement measured{.planned = options.order.size()};
  std::size_t failures = 0;
  ProbeLog log;
  Prober prober(scenario, service, {.observer = &log, .address = options.address});
  const batcher::Instant start = prober.clock().Now();
  for (const ProbeShape& shape : options.order) {
    log.Begin(shape, prober.Prepare({.calls = shape.size, .batch = shape.batch}));
    if (control.stop.stop_requested()) {
      measured.interrupted = true;
      break;
    }
    prober.Send(QueueFor(shape), prober.clock().Now());
    if (!log.Await(control.stop)) {
      measured.interrupted = true;
      break;
    }
    SentProbe probe = log.Take();
    probe.warm_up = measured.probes.empty();
    const bool failed = probe.outcome != batcher::Outcome::kValue;
    failures = failed ? failures + 1 : 0;
    if (failed) {
      spdlog::warn("a probe of {} failed: {}: {}", shape.size, batcher::Name(probe.outcome),
                   probe.message);
    }
    measured.probes.push_back(std::move(probe));
    if (failures == kMostFailuresInARow) {
      measured.given_up = measured.probes.back().message;
      break;
    }
    if (control.progress != nullptr) {
      control.progress->Update(static_cast<double>(measured.probes.size()) /
                               static_cast<double>(options.order.size()));
    }
  }
  measured.took = prober.clock().Now() - start;
  return measured;
}

}  // namespace bench
