#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "batcher/runtime/virtual_world.h"
#include "bench/kept_connections.h"
#include "mock_server/faulty_service.h"
#include "scenarios/keys.h"
#include "scenarios/scenario.h"

namespace bench {

// The mock server's service model, called directly: what its HTTP front does with a wire and a
// clock, its faults on purpose included.
class SimulatedService final : public batcher::VirtualService {
 public:
  // `keys` must outlive it.
  SimulatedService(const scenarios::Scenario& scenario, const scenarios::KeyStream& keys);

  std::optional<batcher::VirtualReply> Serve(const batcher::Send& send,
                                             std::span<const batcher::Entry> entries,
                                             std::uint64_t first_call,
                                             batcher::Instant now) override;

  [[nodiscard]] mock_server::WorkDone work_done() const { return service_.model().work_done(); }
  // Requests that the model answered with 429.
  [[nodiscard]] std::uint64_t refused() const { return refused_; }
  [[nodiscard]] const mock_server::FaultLog& faults() const { return service_.log(); }
  // Results that belonged to no key of their batch.
  [[nodiscard]] std::uint64_t mismatches() const { return mismatches_; }

 private:
  // A request at the service.
  struct Asked {
    const batcher::Send& send;
    std::span<const batcher::Entry> entries;
    std::uint64_t first_call = 0;
    batcher::Instant arrives = {};
  };
  // What comes of it.
  struct Exchange {
    std::optional<batcher::VirtualReply> reply = {};
    bool broke = false;     // the connection can't be used any more
    bool wordless = false;  // ... and nothing of a reply came before it broke
  };

  // As Serve, where faults are possible.
  std::optional<batcher::VirtualReply> ServeFaulty(const Asked& asked, batcher::Instant now);
  [[nodiscard]] Exchange ExchangeFor(const Asked& asked);
  // The exchange, unless the service goes down meanwhile.
  [[nodiscard]] Exchange ExchangeWhileUp(const Asked& asked);
  [[nodiscard]] mock_server::FaultyServed Ask(const Asked& asked);
  // What the fault makes of the reply that would have come.
  [[nodiscard]] Exchange Spoilt(const Asked& asked, const mock_server::Fault& fault,
                                batcher::VirtualReply reply);
  // The reply to a request without faults.
  [[nodiscard]] batcher::VirtualReply ReplyOf(const Asked& asked,
                                              const mock_server::Served& served);
  void Answer(batcher::VirtualReply& reply, std::span<const batcher::Entry> entries) const;
  void AnswerSpoilt(const Asked& asked, const mock_server::Fault& fault,
                    batcher::VirtualReply& reply);

  mock_server::FaultyService service_;
  const scenarios::KeyStream& keys_;
  bool every_key_known_;        // made-up addresses are
  batcher::Duration there_;     // half of the round trip
  batcher::Duration back_;      // the other half
  batcher::Duration late_;      // by which the mock wakes from a modelled delay
  batcher::Duration patience_;  // of the client, for one request
  int unknown_id_status_;
  std::uint64_t refused_ = 0;
  std::uint64_t mismatches_ = 0;
  std::vector<mock_server::Job> jobs_;  // by slot: that of its batch
  KeptConnections connections_;
  batcher::Instant next_down_;  // when nobody listens for the next time
};

}  // namespace bench
