#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "batcher/base/run_clock.h"
#include "batcher/runtime/endpoint.h"

namespace batcher {

// How a batch function gives its results: each by its index among the keys, in any order, from any
// thread (one at a time), then Finish. Move-only. What was not set is kMissingResult; a completion
// that is dropped without Finish fails the whole batch, so that no caller hangs.
template <class Value>
class Completion {
 public:
  using Done = std::function<void(EndpointReply<Value>)>;

  // The batcher makes it, for a batch of so many keys.
  Completion(std::size_t keys, Done done, std::stop_token stop = {})
      : done_(std::move(done)), stop_(std::move(stop)) {
    reply_.items.resize(keys);
    reply_.sent = RunClock::SteadyNow();
  }
  Completion(Completion&& other) noexcept
      : reply_(std::move(other.reply_)),
        done_(std::exchange(other.done_, nullptr)),
        stop_(std::move(other.stop_)) {}
  Completion& operator=(Completion&&) = delete;
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() { Fail("the batch function dropped its completion"); }

  // An index outside of the keys, or one that was set before, is counted and ignored.
  // A result with a value and without an outcome is found.
  void Set(std::size_t index, ItemResult<Value> result) {
    if (result.value && result.outcome == Outcome::kMissingResult) {
      result.outcome = Outcome::kValue;
    }
    if (index >= reply_.items.size() || reply_.items[index].outcome != Outcome::kMissingResult) {
      ++reply_.mismatches;
      return;
    }
    reply_.items[index] = std::move(result);
  }

  // A stop is requested when nobody waits for the batch any more, or when the batcher ends. It
  // waits for every completion to be finished or dropped, so whoever keeps one must hear of it.
  [[nodiscard]] const std::stop_token& stop_token() const { return stop_; }

  // Nothing may be set afterwards.
  void Finish() {
    reply_.kind = ReplyKind::kAnswered;
    Reply();
  }

  // The whole batch fails, for good; `message` is one sentence for people. Ignored after Finish.
  void Fail(std::string_view message) {
    reply_.kind = ReplyKind::kRefused;
    reply_.failure = Outcome::kFailedThrew;
    reply_.message = message;
    Reply();
  }

 private:
  void Reply() {
    if (Done done = std::exchange(done_, nullptr)) {
      reply_.replied = RunClock::SteadyNow();
      done(std::move(reply_));
    }
  }

  EndpointReply<Value> reply_;
  Done done_;  // Empty once the reply was given.
  std::stop_token stop_;
};

}  // namespace batcher
