#include "bench/load_generator.h"

#include <algorithm>
#include <utility>

#include "batcher/runtime/timer_slack.h"

namespace bench {
namespace {

using batcher::Instant;
using batcher::geoapify::Place;

constexpr batcher::Duration kProgressEvery = std::chrono::milliseconds(100);

}  // namespace

std::uint64_t LoadGenerator::Run(Instant start, const RunControl& control) {
  batcher::UseFinestTimers();
  start_ = start;
  std::uint64_t calls = 0;
  std::unique_lock lock(mutex_);
  while (AwaitNext(control, lock)) {
    PlannedCall planned = source_.Take();
    under_way_ += source_.waits() ? 1U : 0U;
    lock.unlock();
    Submit(std::move(planned));
    ++calls;
    lock.lock();
  }
  return calls;
}

bool LoadGenerator::AwaitNext(const RunControl& control, std::unique_lock<std::mutex>& lock) {
  const bool visible = control.progress != nullptr && control.progress->visible();
  while (true) {
    const Instant now = geocoder_.clock().Now();
    CancelDue(now);
    const Instant at = source_.next_at();
    if (at == batcher::kNever && under_way_ == 0 && leaving_.empty()) {
      return false;
    }
    if (control.stop.stop_requested()) {
      stopped_ = true;
      return false;
    }
    if (at != batcher::kNever && now >= start_ + at.time_since_epoch()) {
      return true;
    }
    if (visible) {
      control.progress->Update(source_.ShareDone(Instant(now - start_)));
    }
    ended_ = false;
    const auto ended = [this] { return ended_; };
    Instant due = at == batcher::kNever ? at : start_ + at.time_since_epoch();
    if (!leaving_.empty()) {
      due = std::min(due, leaving_.front().at);
    }
    if (due == batcher::kNever) {
      changed_.wait(lock, control.stop, ended);
      continue;
    }
    const Instant until = visible ? std::min(due, now + kProgressEvery) : due;
    changed_.wait_until(lock, control.stop, geocoder_.clock().ToSteady(until), ended);
  }
}

void LoadGenerator::Submit(PlannedCall planned) {
  const std::uint64_t call = planned.call;
  const Instant intended = start_ + planned.at.time_since_epoch();
  batcher::CallOptions call_options{.call = call, .intended = intended};
  if (planned.deadline != batcher::kNever) {
    call_options.deadline =
        geocoder_.clock().ToSteady(start_ + planned.deadline.time_since_epoch());
  }
  if (planned.cancel_at != batcher::kNever) {
    leaving_.push_back({.at = start_ + planned.cancel_at.time_since_epoch(), .stop = {}});
    call_options.stop = leaving_.back().stop.get_token();
  }
  geocoder_.Submit(
      std::move(planned.key),
      [this, call](const batcher::Answer<Place>& answer) { OnAnswer(call, answer); },
      std::move(call_options));
}

void LoadGenerator::CancelDue(Instant now) {
  while (!leaving_.empty() && leaving_.front().at <= now) {
    leaving_.front().stop.request_stop();
    leaving_.pop_front();
  }
}

void LoadGenerator::OnAnswer(std::uint64_t call, const batcher::Answer<Place>& answer) {
  if (options_.on_answer) {
    options_.on_answer(call, answer);
  }
  // Whether callers wait never changes.
  if (source_.waits()) {
    const std::lock_guard lock(mutex_);
    source_.Ended(call, Instant(geocoder_.clock().Now() - start_));
    --under_way_;
    ended_ = true;
    changed_.notify_one();
  }
}

}  // namespace bench
