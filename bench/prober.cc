#include "bench/prober.h"

#include <utility>

#include "batcher/base/check.h"

namespace bench {

Prober::Prober(const scenarios::Scenario& scenario, HttpService& service, ProberOptions options)
    : address_(std::move(options.address)),
      geocoder_(std::move(service.endpoint), {.queue = scenario.batcher,
                                              .wire = WithoutCost(scenario.client),
                                              .seed = scenario.seed,
                                              .clock = options.clock,
                                              .observer = options.observer}) {}

std::uint64_t Prober::Prepare(Probe probe) {
  probe.first_call = calls();
  probes_.push_back(probe);
  texts_.clear();
  for (std::size_t i = 0; i < probe.calls; ++i) {
    texts_.push_back(address_(probe.first_call + i));
  }
  return probe.first_call;
}

void Prober::Send(const batcher::QueueOptions& queue, batcher::Instant intended) {
  CHECK(!geocoder_.Retune(queue));
  std::uint64_t call = probes_.back().first_call;
  for (std::string& text : texts_) {
    geocoder_.Submit(std::move(text), [](const auto& /*answer*/) {},
                     {.call = call++, .bytes = 0, .intended = intended});
  }
}

std::uint64_t Prober::calls() const {
  return probes_.empty() ? 0 : probes_.back().first_call + probes_.back().calls;
}

}  // namespace bench
