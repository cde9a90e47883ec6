#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "batcher/runtime/virtual_world.h"
#include "mock_server/service_model.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// The mock server's service model, called directly: what its HTTP front does with a wire and a
// clock.
class SimulatedService final : public batcher::VirtualService {
 public:
  // `keys` must outlive it.
  SimulatedService(const scenarios::Scenario& scenario, const scenarios::KeyStream& keys);

  std::optional<batcher::VirtualReply> Serve(const batcher::Send& send,
                                             std::span<const batcher::Entry> entries,
                                             std::uint64_t first_call,
                                             batcher::Instant now) override;

  [[nodiscard]] mock_server::WorkDone work_done() const { return model_.work_done(); }
  // Requests that were answered with 429.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  // The reply to a request that came at `arrived`.
  [[nodiscard]] batcher::VirtualReply ReplyOf(const mock_server::Served& served,
                                              batcher::Instant arrived);
  void Answer(batcher::VirtualReply& reply, std::span<const batcher::Entry> entries) const;

  mock_server::ServiceModel model_;
  const scenarios::KeyStream& keys_;
  bool every_key_known_;     // made-up addresses are
  batcher::Duration there_;  // half of the round trip
  batcher::Duration back_;   // the other half
  batcher::Duration late_;   // by which the mock wakes from a modelled delay
  std::uint64_t refused_ = 0;
  std::vector<batcher::Instant> job_ready_at_;  // by slot: when the job of its batch is ready
};

}  // namespace bench
