#include "batcher/base/connection_places.h"

#include <sys/socket.h>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"

namespace batcher {

ConnectionPlaces::ConnectionPlaces(const PlaceLimits& limits) : limits_(limits) {
  CHECK(limits_.most > 0);
}

bool ConnectionPlaces::Enter(int descriptor) {
  std::unique_lock lock(mutex_);
  ++wanted_;
  while (!shut_down_ && by_number_.size() >= limits_.most) {
    AwaitChange(lock);
  }
  --wanted_;
  if (shut_down_) {
    return false;
  }
  const Place place{.descriptor = descriptor, .since = RunClock::SteadyNow()};
  const bool is_new = by_number_.emplace(descriptor, waiting_.insert(waiting_.end(), place)).second;
  CHECK(is_new);
  return true;
}

void ConnectionPlaces::AwaitChange(std::unique_lock<std::mutex>& lock) {
  if (waiting_.empty() || leaving_ >= wanted_) {
    changed_.wait(lock);
    return;
  }
  const auto due = waiting_.front().since + limits_.grace;
  if (RunClock::SteadyNow() >= due) {
    Drop(waiting_.begin());
  } else {
    changed_.wait_until(lock, due);
  }
}

ConnectionPlaces::Places::iterator ConnectionPlaces::PlaceOf(int descriptor) const {
  const auto found = by_number_.find(descriptor);
  CHECK(found != by_number_.end());
  return found->second;
}

void ConnectionPlaces::Drop(Places::iterator place) {
  ::shutdown(place->descriptor, SHUT_RDWR);
  place->state = State::kDropped;
  others_.splice(others_.end(), waiting_, place);
  ++leaving_;
  ++dropped_;
}

void ConnectionPlaces::Leave(int descriptor) {
  const std::lock_guard lock(mutex_);
  const auto place = PlaceOf(descriptor);
  if (place->state == State::kDropped) {
    --leaving_;
  }
  (place->state == State::kWaiting ? waiting_ : others_).erase(place);
  by_number_.erase(descriptor);
  changed_.notify_all();
}

bool ConnectionPlaces::Working(int descriptor) {
  const std::lock_guard lock(mutex_);
  const auto place = PlaceOf(descriptor);
  if (place->state == State::kWaiting) {
    place->state = State::kWorking;
    others_.splice(others_.end(), waiting_, place);
  }
  return place->state == State::kWorking;
}

void ConnectionPlaces::Waiting(int descriptor) {
  const std::lock_guard lock(mutex_);
  const auto place = PlaceOf(descriptor);
  if (place->state == State::kDropped) {
    return;
  }
  place->since = RunClock::SteadyNow();
  waiting_.splice(waiting_.end(), place->state == State::kWaiting ? waiting_ : others_, place);
  place->state = State::kWaiting;
  if (wanted_ > 0) {
    changed_.notify_all();
  }
}

bool ConnectionPlaces::crowded() const {
  const std::lock_guard lock(mutex_);
  return wanted_ > 0;
}

void ConnectionPlaces::DropOldest() {
  const std::lock_guard lock(mutex_);
  if (!waiting_.empty() && leaving_ == 0) {
    Drop(waiting_.begin());
  }
}

void ConnectionPlaces::ShutdownEach() const {
  for (const auto& [descriptor, place] : by_number_) {
    ::shutdown(descriptor, SHUT_RDWR);
  }
}

void ConnectionPlaces::ShutdownOpen() {
  const std::lock_guard lock(mutex_);
  ShutdownEach();
}

void ConnectionPlaces::ShutdownAll() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  ShutdownEach();
  changed_.notify_all();
}

std::size_t ConnectionPlaces::size() const {
  const std::lock_guard lock(mutex_);
  return by_number_.size();
}

std::uint64_t ConnectionPlaces::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace batcher
