#pragma once

#include <atomic>

namespace batcher {

// What is handed to the loop thread derives from this; a node is in one inbox at a time.
struct InboxNode {
  InboxNode* next = nullptr;
};

// A stack that many threads push onto and one takes whole: one exchange each, no locks, and no ABA
// problem, as nothing is ever popped singly.
class Inbox {
 public:
  // The node belongs to the inbox from now on. Any thread.
  void Push(InboxNode& node) {
    node.next = head_.load(std::memory_order_relaxed);
    while (!head_.compare_exchange_weak(node.next, &node, std::memory_order_seq_cst,
                                        std::memory_order_relaxed)) {
    }
  }

  [[nodiscard]] bool empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }

  // All nodes, linked from the newest to the oldest. The loop thread.
  [[nodiscard]] InboxNode* TakeAll() { return head_.exchange(nullptr, std::memory_order_acquire); }

 private:
  std::atomic<InboxNode*> head_ = nullptr;
};

}  // namespace batcher
