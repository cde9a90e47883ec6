#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "batcher/base/run_clock.h"
#include "bench/calibration_fit.h"
#include "bench/http_service.h"
#include "bench/load_generator.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

struct ProberOptions {
  batcher::RunClock clock = {};
  batcher::Observer* observer = nullptr;  // told of every call; must outlive the prober
  // The text of a number; different for the calls of one batch.
  std::function<std::string(std::uint64_t call)> address = scenarios::SyntheticAddress;
};

// Sends probes through a batcher, to measure with. Takes the endpoint of `service`.
class Prober {
 public:
  Prober(const scenarios::Scenario& scenario, HttpService& service, ProberOptions options);

  // Makes the calls of the next probe; answers the number of the first.
  std::uint64_t Prepare(Probe probe);
  // Sends it. The one before has left the queue; `queue` makes a batch or single calls of this one.
  void Send(const batcher::QueueOptions& queue, batcher::Instant intended);

  [[nodiscard]] const std::vector<Probe>& probes() const { return probes_; }
  [[nodiscard]] std::uint64_t calls() const;  // of all probes
  [[nodiscard]] const batcher::RunClock& clock() const { return geocoder_.clock(); }

 private:
  std::function<std::string(std::uint64_t call)> address_;
  std::vector<Probe> probes_;
  std::vector<std::string> texts_;  // of the last probe's addresses
  GeoBatcher geocoder_;
};

}  // namespace bench
