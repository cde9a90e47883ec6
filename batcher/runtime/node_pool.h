#pragma once

#include <atomic>
#include <cstddef>
#include <new>
#include <utility>

namespace batcher {

// Memory for the nodes of calls: one thread makes them and another deletes them, and through the
// heap each of them would wait for the other's lock. Blocks of one size, kept for ever: at most as
// many as there were calls at one time. All functions may be called from any thread.
class NodePool {
 public:
  static constexpr std::size_t kBlockBytes = 256;

  struct Memory {
    void* at = nullptr;
    // Whether it goes back to the pool; else it is from operator new, and goes back there.
    bool pooled = false;
  };

  NodePool() = default;
  ~NodePool() {
    Delete(ready_);
    Delete(returned_.load(std::memory_order_acquire));
  }
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;

  // A block of kBlockBytes, aligned as from operator new.
  [[nodiscard]] Memory Take() {
    // Who finds another thread here does not wait for it. Its block must not stay: they would
    // become more with each such meeting.
    if (taking_.test(std::memory_order_relaxed) ||
        taking_.test_and_set(std::memory_order_acquire)) {
      return {.at = ::operator new(kBlockBytes), .pooled = false};
    }
    if (ready_ == nullptr) {
      ready_ = returned_.exchange(nullptr, std::memory_order_acquire);
    }
    void* block = ready_;
    if (ready_ != nullptr) {
      ready_ = ready_->next;
      __builtin_prefetch(ready_, 1);  // Another processor wrote it last; the next Take reads it.
    } else {
      ++blocks_;
    }
    taking_.clear(std::memory_order_release);
    return {.at = block != nullptr ? block : ::operator new(kBlockBytes), .pooled = true};
  }

  // REQUIRES: `memory` is a pooled block from Take that holds nothing any more.
  void Return(void* memory) {
    auto* block = new (memory) Block{.next = returned_.load(std::memory_order_relaxed)};
    while (!returned_.compare_exchange_weak(block->next, block, std::memory_order_release,
                                            std::memory_order_relaxed)) {
    }
  }

  // How many blocks there are, in use or not. REQUIRES: nobody takes one meanwhile.
  [[nodiscard]] std::size_t blocks() const { return blocks_; }

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
  std::size_t blocks_ = 0;  // Guarded by taking_.
};

}  // namespace batcher
