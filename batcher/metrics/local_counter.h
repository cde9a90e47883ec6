#pragma once

#include <prometheus/counter.h>

#include <cstdint>
#include <utility>

namespace batcher {

// What is added to a prometheus::Counter by one thread, which publishes it now and then. For one
// thread, but for AddAtOnce.
class LocalCounter {
 public:
  // `published` must outlive it.
  explicit LocalCounter(prometheus::Counter& published) : published_(&published) {}

  void Add(std::uint64_t count = 1) { pending_ += count; }
  // What was added since the last time becomes visible to scrapes.
  void Publish() {
    if (pending_ > 0) {
      published_->Increment(static_cast<double>(std::exchange(pending_, 0)));
    }
  }
  // Past what waits to be published, from any thread.
  void AddAtOnce(std::uint64_t count = 1) { published_->Increment(static_cast<double>(count)); }

 private:
  prometheus::Counter* published_;
  std::uint64_t pending_ = 0;
};

}  // namespace batcher
