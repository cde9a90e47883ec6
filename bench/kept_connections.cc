#include "bench/kept_connections.h"

#include <algorithm>

namespace bench {
namespace {

constexpr auto kLater = [](const auto& a, const auto& b) { return a.until > b.until; };

}  // namespace

bool KeptConnections::Take(batcher::Instant now) {
  while (!busy_.empty() && busy_.front().until <= now) {
    std::ranges::pop_heap(busy_, kLater);
    idle_.push_back(busy_.back().open);
    busy_.pop_back();
  }
  if (idle_.empty()) {
    return true;
  }
  const bool kept = idle_.back();
  idle_.pop_back();
  return kept;
}

void KeptConnections::GiveBack(batcher::Instant at, bool open) {
  busy_.push_back({.until = at, .open = open});
  std::ranges::push_heap(busy_, kLater);
}

void KeptConnections::CloseAll() {
  idle_.assign(idle_.size(), false);
  for (Busy& busy : busy_) {
    busy.open = false;
  }
}

}  // namespace bench
