#pragma once

#include <cstddef>

#include "batcher/runtime/recycled_memory.h"

namespace batcher {

// A base of a coroutine's promise_type: the frames of its coroutines are recycled, and cost little
// where one thread starts them and the batcher's thread ends them. See recycled_memory.h for what
// is kept; frames of more than 1 KiB come from the heap.
//
//   struct promise_type : batcher::PooledFrame {
//
// Coroutines may begin and end on any thread.
class PooledFrame {
 public:
  [[nodiscard]] static void* operator new(std::size_t bytes) { return TakeMemory(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    ReturnMemory(memory, bytes);
  }
};

}  // namespace batcher
