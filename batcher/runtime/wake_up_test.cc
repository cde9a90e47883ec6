// Goal: the call that fills a batch wakes a batcher that sleeps. Method: two calls fill a batch,
// the second of them once the batcher has had its turn for the first; nothing else would wake it
// before the calls time out. Many rounds, as it may not have fallen asleep yet.

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "batcher/batcher.h"
#include "batcher/runtime/test_service.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

// Knows how many calls were queued after the last turn.
class QueueObserver final : public Observer {
 public:
  Instant OnTurn(const BatcherLoad& load) override {
    const std::lock_guard lock(mutex_);
    queued_ = load.queued;
    changed_.notify_one();
    return kNever;
  }
  // False if there are not so many within a generous time.
  bool Await(std::size_t queued) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kGenerous, [&] { return queued_ == queued; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t queued_ = 0;  // Guarded by mutex_.
};

TEST(WakeUpTest, TheCallThatFillsTheBatchWakesTheBatcher) {
  QueueObserver observer;
  BatcherOptions options = FlushedByHand();
  options.queue.max_items = 2;
  options.wire.timeout = 10s;
  options.observer = &observer;
  Batcher<int, int> batcher({.batch = AnswerAll}, options);
  for (int round = 0; round < 200; ++round) {
    Pending<int> first = batcher.Get(2 * round);
    ASSERT_TRUE(observer.Await(1));
    Pending<int> second = batcher.Get(2 * round + 1);
    ASSERT_EQ(first.Wait().outcome, Outcome::kValue) << "in round " << round;
    ASSERT_EQ(second.Wait().outcome, Outcome::kValue) << "in round " << round;
  }
}

}  // namespace
}  // namespace batcher
