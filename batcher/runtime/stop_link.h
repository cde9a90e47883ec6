#pragma once

#include <optional>
#include <stop_token>
#include <utility>

#include "batcher/core/engine.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/orders.h"

namespace batcher {

// Ends one call as kCancelled when a stop is requested by its caller's token.
class StopLink {
 public:
  explicit StopLink(std::stop_token token) : token_(std::move(token)) {}

  // The engine knows the call: from now on a stop, also one that was requested before, is heard. On
  // the loop's thread, as is the end of the link, which no stop outlives.
  void Arm(EngineLoop& loop, CallId call) {
    heard_.emplace(std::move(token_), Canceller{.loop = loop, .call = call});
  }

 private:
  struct CancelOrder final : Order {
    explicit CancelOrder(CallId cancelled) : call(cancelled) {}
    bool Apply(Engine& engine, Instant now, Effects& effects) override {
      engine.On(Cancel{.call = call}, now, effects);
      return true;
    }
    CallId call;
  };
  // Runs on the thread that requests the stop.
  struct Canceller {
    EngineLoop& loop;
    CallId call = kNoCall;
    void operator()() const { loop.Post(*new CancelOrder(call)); }
  };

  std::stop_token token_;
  std::optional<std::stop_callback<Canceller>> heard_;
};

}  // namespace batcher
