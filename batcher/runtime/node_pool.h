#pragma once

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

namespace batcher {

// Memory for the nodes of calls: one thread makes them and another deletes them, and through the
// heap each of them would wait for the other's lock. Blocks of one size, kept for ever: as many as
// there were calls at one time. All functions may be called from any thread.
class NodePool {
 public:
  static constexpr std::size_t kBlockBytes = 192;

  NodePool() = default;
  ~NodePool() {
    Delete(ready_);
    Delete(returned_.load(std::memory_order_acquire));
  }
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;

  // A block of kBlockBytes, aligned as from operator new.
  [[nodiscard]] void* Take() {
    void* block = nullptr;
    // Who finds another thread here does not wait for it.
    if (!taking_.test(std::memory_order_relaxed) &&
        !taking_.test_and_set(std::memory_order_acquire)) {
      if (ready_ == nullptr) {
        ready_ = returned_.exchange(nullptr, std::memory_order_acquire);
      }
      block = ready_;
      if (ready_ != nullptr) {
        ready_ = ready_->next;
        __builtin_prefetch(ready_, 1);  // Another processor wrote it last; the next Take reads it.
      }
      taking_.clear(std::memory_order_release);
    }
    return block != nullptr ? block : ::operator new(kBlockBytes);
  }

  // REQUIRES: `memory` is a block from Take that holds nothing any more.
  void Return(void* memory) {
    auto* block = new (memory) Block{.next = returned_.load(std::memory_order_relaxed)};
    while (!returned_.compare_exchange_weak(block->next, block, std::memory_order_release,
                                            std::memory_order_relaxed)) {
    }
  }

 private:
  struct Block {
    Block* next = nullptr;
  };
  static void Delete(Block* block) {
    while (block != nullptr) {
      ::operator delete(std::exchange(block, block->next));
    }
  }

  alignas(64) std::atomic<Block*> returned_ = nullptr;  // A stack that is only ever taken whole.
  alignas(64) std::atomic_flag taking_;
  Block* ready_ = nullptr;  // Guarded by taking_.
};

}  // namespace batcher
