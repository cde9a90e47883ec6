#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "batcher/core/engine.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/engine_loop.h"

namespace batcher {

// One call of a Batcher<Key, Value>, from Submit to its answer. The loop owns it in between.
template <class Key, class Value>
struct CallNode : LoopNode {
  explicit CallNode(Key call_key) : LoopNode(Kind::kCall), key(std::move(call_key)) {}
  CallNode(const CallNode&) = delete;
  CallNode& operator=(const CallNode&) = delete;

  // Tells the caller. The loop lets go of the node right afterwards, through Release. A callback's
  // exception comes through.
  virtual void Deliver(Answer<Value> answer) = 0;
  virtual void Release() = 0;

  Key key;                            // moved into the loop's table or the batch once it is there
  std::optional<std::uint64_t> call;  // the caller's number
  std::size_t bytes = 0;
  std::optional<Instant> intended;
  Instant submitted;
  CallId id = kNoCall;            // once the engine was told
  const Key* interned = nullptr;  // the key in the loop's table, with dedup

 protected:
  virtual ~CallNode() = default;
};

// A call that is answered through a function.
template <class Key, class Value, class Callback>
class CallbackCall final : public CallNode<Key, Value> {
 public:
  CallbackCall(Key call_key, Callback callback)
      : CallNode<Key, Value>(std::move(call_key)), callback_(std::move(callback)) {}

  void Deliver(Answer<Value> answer) override { callback_(std::move(answer)); }
  void Release() override { delete this; }

 private:
  Callback callback_;
};

}  // namespace batcher
