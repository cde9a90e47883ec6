#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "batcher/core/engine.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/key_table.h"

namespace batcher {

// One call of a Batcher<Key, Value>, from Submit to its answer. The loop owns it in between.
template <class Key, class Value>
struct CallNode : LoopNode {
  explicit CallNode(Key call_key) : LoopNode(Kind::kCall), own_key(std::move(call_key)) {}
  CallNode(const CallNode&) = delete;
  CallNode& operator=(const CallNode&) = delete;

  // Tells the caller. The loop lets go of the node right afterwards, through Release. A callback's
  // exception comes through.
  virtual void Deliver(Answer<Value>&& answer) = 0;
  virtual void Release() = 0;

  bool numbered = false;
  std::uint32_t key_hash = 0;
  std::uint64_t number = 0;  // the caller's for it, if `numbered`
  Key own_key;               // until it moves into a batch
  std::size_t bytes = 0;
  Instant intended = kNever;  // none: at Submit
  Instant submitted;

  // Once the engine was told:
  CallId id = kNoCall;
  std::uint64_t key_number = 0;  // equal for equal keys while calls for them live
  const Key* key = nullptr;      // while it is in the table of keys
  CallNode* older = nullptr;
  CallNode* newer = nullptr;

 protected:
  virtual ~CallNode() = default;
};

// A call that is answered through a function.
template <class Key, class Value, class Callback>
class CallbackCall final : public CallNode<Key, Value> {
 public:
  CallbackCall(Key call_key, Callback callback)
      : CallNode<Key, Value>(std::move(call_key)), callback_(std::move(callback)) {}

  void Deliver(Answer<Value>&& answer) override { callback_(std::move(answer)); }
  void Release() override { delete this; }

 private:
  Callback callback_;
};

}  // namespace batcher
