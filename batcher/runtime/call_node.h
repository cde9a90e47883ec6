#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "batcher/core/engine.h"
#include "batcher/core/records.h"
#include "batcher/runtime/answer.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/key_table.h"
#include "batcher/runtime/recycled_memory.h"
#include "batcher/runtime/stop_link.h"

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

  // The batcher's thread deletes most of them, and some outlive the batcher.
  [[nodiscard]] static void* operator new(std::size_t bytes) { return TakeMemory(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    ReturnMemory(memory, bytes);
  }
  // For keys, values and callbacks that are aligned widely.
  [[nodiscard]] static void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return ::operator new(bytes, alignment);
  }
  static void operator delete(void* memory, std::align_val_t alignment) noexcept {
    ::operator delete(memory, alignment);
  }

  // Has the processor fetch what another one wrote, for when the call is answered soon.
  void Fetch() const {
    constexpr std::size_t kLine = 64;
    constexpr std::size_t kUsualBytes = 256;
    for (std::size_t at = 0; at < kUsualBytes; at += kLine) {
      __builtin_prefetch(reinterpret_cast<const char*>(this) + at, 1);
    }
  }

  // The record of a call that ended at its submit; `delivered` is left open.
  [[nodiscard]] CallRecord Refused(Outcome outcome) const {
    CallRecord record{.call = number, .key = key_hash, .outcome = outcome};
    record.intended = std::min(intended, submitted);
    record.submitted = record.due = record.dispatched = submitted;
    record.sent = record.attempted = record.answered = record.replied = submitted;
    return record;
  }

  bool numbered = false;
  bool can_wait = false;  // for room in a full queue
  std::uint32_t key_hash = 0;
  std::uint64_t number = 0;  // the caller's for it, if `numbered`
  Key own_key;               // until it moves into a batch
  std::size_t bytes = 0;
  Instant intended = kNever;  // none: at Submit
  Instant submitted;
  Instant deadline = kNever;
  std::unique_ptr<StopLink> stop;  // none: nobody can request a stop

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
  // It deletes itself when it is released.
  static CallbackCall& Make(Key call_key, Callback callback) {
    return *new CallbackCall(std::move(call_key), std::move(callback));
  }

  void Deliver(Answer<Value>&& answer) override { callback_(std::move(answer)); }
  void Release() override { delete this; }

 private:
  CallbackCall(Key call_key, Callback callback)
      : CallNode<Key, Value>(std::move(call_key)), callback_(std::move(callback)) {}
  ~CallbackCall() override = default;

  Callback callback_;
};

}  // namespace batcher
