#pragma once

#include <atomic>
#include <cstddef>

namespace mock_server {

// So many bytes that all connections together may hold. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t most) : left_(most) {}

  // What one of them holds, until it goes. For one thread.
  class Share {
   public:
    // `budget` must outlive the share.
    explicit Share(ByteBudget& budget) : budget_(budget) {}
    ~Share() { budget_.left_ += held_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // False: others hold too much, and nothing changes. REQUIRES: not less than is held.
    [[nodiscard]] bool GrowTo(std::size_t bytes) {
      const std::size_t more = bytes - held_;
      std::size_t left = budget_.left_;
      do {
        if (left < more) {
          return false;
        }
      } while (!budget_.left_.compare_exchange_weak(left, left - more));
      held_ = bytes;
      return true;
    }

   private:
    ByteBudget& budget_;
    std::size_t held_ = 0;
  };

 private:
  std::atomic<std::size_t> left_;
};

}  // namespace mock_server
