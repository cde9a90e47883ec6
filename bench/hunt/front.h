#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/run_clock.h"
#include "batcher/geoapify/place.h"
#include "batcher/runtime/call_node.h"
#include "batcher/runtime/endpoint.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/flights.h"
#include "batcher/runtime/observer.h"
#include "bench/hunt/case.h"
#include "bench/hunt/service.h"
#include "bench/hunt/tally.h"
#include "bench/hunt/watch.h"

namespace hunt {

// The parts of a Batcher<std::string, Place> - calls with callbacks, stop tokens, the table of
// keys, flights, the loop and its inbox - driven by hand in virtual time: at each moment replies,
// calls, cancels and orders are handed in, then the loop has a turn. Answers are matched to keys as
// Geoapify's client does it. The caller checks that he is told once, and of his own key.
class Front final : private batcher::EngineLoop::Client,
                    private batcher::Endpoint<std::string, batcher::geoapify::Place>,
                    private batcher::Observer {
 public:
  // All must outlive it.
  Front(const Case& run, Watch& watch, Tally& tally);
  ~Front() override = default;
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  void RunAll();

  // The address of a key.
  [[nodiscard]] static std::string TextOf(std::uint64_t key);

 private:
  using Place = batcher::geoapify::Place;
  using Instant = batcher::Instant;

  // Tells the caller of a call.
  struct Caller {
    Front* front = nullptr;
    std::uint64_t number = 0;
    void operator()(const batcher::Answer<Place>& answer) const { front->Told(number, answer); }
  };
  using Node = batcher::CallbackCall<std::string, Place, Caller>;
  struct Leaving {
    Instant at;
    std::uint64_t number = 0;
  };
  // A request under way.
  struct Open {
    Instant at;
    std::uint64_t batch = 0;
    Plan plan;
    std::vector<std::string> keys;
    Instant sent;
    Done done;
  };

  // EngineLoop::Client: passes on to the flights what the watch has seen.
  void Tell(batcher::LoopNode& node, batcher::Engine& engine, Instant now,
            batcher::Effects& effects) override;
  Instant Perform(batcher::Effects& effects, const batcher::Engine& engine, Instant now) override;
  bool AwaitsReplies() const override { return flights_.AwaitsReplies(); }

  // Endpoint.
  void Send(const batcher::Request<std::string>& request, Done done) override;
  void Abandon(std::uint64_t batch) override;
  bool has_single() const override { return run_.options.has_single; }

  // Observer: that it is told of each call and each request, and of other options in time.
  void OnCall(const batcher::CallRecord& call) override;
  void OnRefused(const batcher::CallRecord& call) override { OnCall(call); }
  void OnRequest(const batcher::RequestRecord& request) override;
  void OnOptions(const batcher::QueueOptions& queue) override { watch_.Retune(queue); }

  void RunWhile(Instant until);
  [[nodiscard]] Instant NextAt() const;
  void HandIn();
  void Hand(std::uint64_t number);
  void Obey(const Order& order);
  void Reply(const Open& open);
  void Told(std::uint64_t number, const batcher::Answer<Place>& answer);
  void MakeLastCall();
  // Requests that hang end, so that nothing is under way.
  void EndAll();
  void DemandEnd();

  const Case& run_;
  Watch& watch_;
  Tally& tally_;
  ServiceModel service_;
  batcher::RunClock clock_;
  batcher::Flights<std::string, Place> flights_;
  batcher::EngineLoop loop_;

  Instant now_;
  std::size_t handed_ = 0;     // calls
  std::size_t next_call_ = 0;  // of the case, to be handed in
  std::size_t next_order_ = 0;
  std::vector<std::stop_source> stops_;  // by number; those that can be cancelled
  std::deque<Leaving> leaving_;          // callers, in the order in which they leave
  std::size_t untold_ = 0;               // calls in the inbox
  std::deque<Plan> plans_;               // of the requests that are about to be sent
  std::vector<Open> open_;
  std::size_t drains_ = 0;   // that wait for their end
  std::size_t records_ = 0;  // calls that the observer was told of
  std::size_t requests_sent_ = 0;
  std::size_t requests_ended_ = 0;
};

}  // namespace hunt
