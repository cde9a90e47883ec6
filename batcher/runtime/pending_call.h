#pragma once

#include <atomic>
#include <utility>

#include "batcher/runtime/call_node.h"
#include "batcher/runtime/orders.h"
#include "batcher/runtime/pending.h"

namespace batcher {

// A call that is answered through a Pending. It goes when the last of the batcher, the handle and
// the requests to cancel it has let go.
template <class Key, class Value>
class PendingCall final : public CallNode<Key, Value>, public Pending<Value>::Call {
 public:
  PendingCall(Key call_key, EngineLoop& loop)
      : CallNode<Key, Value>(std::move(call_key)), loop_(loop) {}

  void Deliver(Answer<Value>&& answer) override { this->Set(std::move(answer)); }
  void Release() override { LetGo(); }

  void Cancel() override {
    holders_.fetch_add(1, std::memory_order_relaxed);
    loop_.Post(*new CancelOrder(*this));
  }
  void Drop() override { LetGo(); }

 private:
  struct CancelOrder final : Order {
    explicit CancelOrder(PendingCall& cancelled) : call(cancelled) {}
    ~CancelOrder() override { call.LetGo(); }
    CancelOrder(const CancelOrder&) = delete;
    CancelOrder& operator=(const CancelOrder&) = delete;
    bool Apply(Engine& engine, Instant now, Effects& effects) override {
      // Posted after the call itself, so the engine knows it; or it was refused and needs no
      // cancel.
      if (call.id != kNoCall) {
        engine.On(batcher::Cancel{.call = call.id}, now, effects);
      }
      return true;
    }
    PendingCall& call;
  };

  void LetGo() {
    // The last holder has nobody to race with.
    if (holders_.load(std::memory_order_acquire) == 1 ||
        holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete this;
    }
  }

  EngineLoop& loop_;
  std::atomic<int> holders_ = 2;  // The batcher and the handle.
};

}  // namespace batcher
