#include "bench/hunt/shrink.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "batcher/core/options.h"
#include "bench/hunt/case_file.h"

namespace hunt {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::kNever;
using namespace std::chrono_literals;

using Change = std::function<void(Case&)>;

// What makes a case simpler, the most first.
std::vector<Change> Simplifications() {
  std::vector<Change> changes = {
      [](Case& run) { run.world = World::kCore; },
      [](Case& run) { run.orders.clear(); },
      [](Case& run) { run.service.faults.fill(0); },
      [](Case& run) { run.service.pending = 0; },
      [](Case& run) { run.service.spread = 0; },
      [](Case& run) { run.service.per_item = Duration(0); },
      [](Case& run) { run.service.unknown = 0; },
      [](Case& run) { run.service.grid = Duration(0); },
      [](Case& run) { run.service.takes = 10ms; },
      [](Case& run) { run.options.wire.rate_limit.reset(); },
      [](Case& run) { run.options.wire.max_credits.reset(); },
      [](Case& run) { run.options.wire.cost = {}; },
      [](Case& run) { run.options.wire.min_poll = Duration(0); },
      [](Case& run) { run.options.wire.isolation_requests = 0; },
      [](Case& run) { run.options.wire.max_connections = 100; },
      [](Case& run) { run.options.wire.retries = 0; },
      [](Case& run) { run.options.wire.retry_budget = std::nullopt; },
      [](Case& run) { run.options.wire.backoff = 1ms; },
      [](Case& run) { run.options.wire.timeout = 30s; },
      [](Case& run) { run.options.wire.attempt_timeout = 10s; },
      [](Case& run) { run.options.wire.poll = batcher::FixedPoll(1ms); },
      [](Case& run) { run.options.queue.max_bytes.reset(); },
      [](Case& run) { run.options.queue.max_in_flight.reset(); },
      [](Case& run) { run.options.queue.max_queued = 100'000; },
      [](Case& run) { run.options.queue.overflow = batcher::Overflow::kReject; },
      [](Case& run) { run.options.queue.single_below = 1; },
      [](Case& run) { run.options.queue.max_items = 1000; },
      [](Case& run) { run.options.queue.join_in_flight = false; },
      [](Case& run) { run.options.queue.dedup = false; },
      [](Case& run) {
        if (run.options.queue.policy.kind() != "natural") {
          run.options.queue.policy = batcher::WindowPolicy(1ms);
        }
      },
      [](Case& run) { run.options.queue.policy = batcher::NaturalPolicy(); },
      [](Case& run) { run.options.seed = 1; },
  };
  for (std::size_t i = 0; i < kFaultNames.size(); ++i) {
    changes.emplace_back([i](Case& run) { run.service.faults[i] = 0; });
    changes.emplace_back(
        [i](Case& run) { run.service.faults[i] = run.service.faults[i] > 0 ? 1 : 0; });
  }
  return changes;
}

// What makes a single call simpler.
constexpr std::array<void (*)(Call&), 6> kCallChanges = {
    [](Call& call) { call.cancel_at = kNever; }, [](Call& call) { call.deadline = kNever; },
    [](Call& call) { call.can_wait = false; },   [](Call& call) { call.throws = false; },
    [](Call& call) { call.bytes = 0; },          [](Call& call) { call.asks_again = false; }};

Instant Rounded(Instant at) {
  return at == kNever ? kNever : std::chrono::round<std::chrono::milliseconds>(at);
}

class Shrinking {
 public:
  Shrinking(Case run, const std::function<bool(const Case&)>& breaks, int trials)
      : run_(std::move(run)), text_(CaseText(run_)), breaks_(breaks), trials_left_(trials) {}

  Case Go() {
    bool smaller = true;
    while (smaller && trials_left_ > 0) {
      smaller = DropSome(&Case::calls);
      smaller = DropSome(&Case::orders) || smaller;
      smaller = SimplifyOptions() || smaller;
      smaller = SimplifyCalls() || smaller;
    }
    return std::move(run_);
  }

 private:
  // Keeps the changed case if it is another one and still breaks.
  bool Try(const Change& change) {
    Case changed = run_;
    change(changed);
    std::string text = CaseText(changed);
    if (trials_left_ <= 0 || changed.calls.empty() || text == text_) {
      return false;
    }
    --trials_left_;
    if (!breaks_(changed)) {
      return false;
    }
    run_ = std::move(changed);
    text_ = std::move(text);
    return true;
  }

  // Leaves out halves, quarters, ... and single items.
  template <class T>
  bool DropSome(std::vector<T> Case::*list) {
    bool any = false;
    for (std::size_t chunk = (run_.*list).size(); chunk > 0; chunk /= 2) {
      for (std::size_t from = 0; from < (run_.*list).size();) {
        const bool dropped = Try([&](Case& run) {
          std::vector<T>& items = run.*list;
          const auto first = items.begin() + static_cast<std::ptrdiff_t>(from);
          const std::size_t count = std::min(chunk, items.size() - from);
          items.erase(first, first + static_cast<std::ptrdiff_t>(count));
        });
        any = any || dropped;
        from += dropped ? 0 : chunk;
      }
    }
    return any;
  }

  bool SimplifyOptions() {
    bool any = false;
    for (const Change& change : Simplifications()) {
      any = Try(change) || any;
    }
    return any;
  }

  bool SimplifyCalls() {
    bool any = Try([](Case& run) {
      for (Call& call : run.calls) {
        call.at = Rounded(call.at);
        call.deadline = Rounded(call.deadline);
        call.cancel_at = Rounded(call.cancel_at);
      }
    });
    for (const auto change : kCallChanges) {
      any = Try([&](Case& run) { std::ranges::for_each(run.calls, change); }) || any;
      for (std::size_t i = 0; i < run_.calls.size(); ++i) {
        any = Try([&](Case& run) { change(run.calls[i]); }) || any;
      }
    }
    return any;
  }

  Case run_;
  std::string text_;
  const std::function<bool(const Case&)>& breaks_;
  int trials_left_;
};

}  // namespace

Case Shrink(Case run, const std::function<bool(const Case&)>& breaks, int trials) {
  return Shrinking(std::move(run), breaks, trials).Go();
}

}  // namespace hunt
