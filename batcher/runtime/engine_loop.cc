#include "batcher/runtime/engine_loop.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/defect.h"
#include "batcher/runtime/loop_thread.h"
#include "batcher/runtime/timer_slack.h"

namespace batcher {
namespace {

thread_local bool this_thread_is_a_loop = false;

}  // namespace

bool OnLoopThread() { return this_thread_is_a_loop; }

EngineLoop::EngineLoop(const EngineOptions& options, const RunClock& clock, Client& client)
    : clock_(clock), client_(client), engine_(options) {
  SetLimits(options.queue);
}

void EngineLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void EngineLoop::Stop() {
  CHECK(!on_loop_thread());
  stopping_.store(true);
  WakeUp();
  thread_.join();
  // Whoever handed in the last reply may not have come back from waking the thread.
  while (posting_.load() != 0) {
    std::this_thread::yield();
  }
}

void EngineLoop::SetLimits(const QueueOptions& queue) {
  constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  const bool sheds = queue.overflow == Overflow::kShedOldest;
  const bool waits = queue.overflow == Overflow::kWait;
  max_queued_.store(sheds ? kNoLimit : queue.max_queued);
  max_queued_waiting_.store(sheds || waits ? kNoLimit : queue.max_queued);
  max_bytes_.store(queue.max_bytes.value_or(kNoLimit));
}

std::optional<Outcome> EngineLoop::Admit(std::size_t bytes, bool can_wait) {
  if (bytes > max_bytes_.load(std::memory_order_relaxed)) {
    return Outcome::kRejectedTooLarge;
  }
  const std::atomic<std::size_t>& limit = can_wait ? max_queued_waiting_ : max_queued_;
  if (queued_.fetch_add(1) < limit.load(std::memory_order_relaxed)) {
    return std::nullopt;
  }
  queued_.fetch_sub(1);
  return Outcome::kRejectedQueueFull;
}

// No wake-up is lost: one side pushes and then looks at asleep_, the other sets asleep_ and then
// looks into the inbox (SomethingToDo), all sequentially consistent, so that one of them sees what
// the other did. What a thread added to queued_ before it pushed is seen by whoever sees the push.
// One thread takes asleep_ back and wakes the loop, which then looks again; those that find it
// false have pushed before that look.
void EngineLoop::Post(LoopNode& node) {
  if (node.kind == LoopNode::Kind::kCall && !node.urgent) {
    inbox_.Push(node);  // From here on the node may be gone.
    const std::size_t quiet = wake_threshold_.load() + (Planted(Defect::kLostWakeUp) ? 1 : 0);
    if (asleep_.load() && queued_.load() >= quiet && asleep_.exchange(false)) {
      WakeUp();
    }
    return;
  }
  posting_.fetch_add(1);
  inbox_.Push(node);
  urgent_.store(true);
  if (asleep_.exchange(false)) {
    WakeUp();
  }
  posting_.fetch_sub(1);
}

void EngineLoop::WakeUp() {
  { const std::lock_guard lock(mutex_); }
  changed_.notify_one();
}

void EngineLoop::Run() {
  this_thread_is_a_loop = true;
  UseFinestTimers();
  while (true) {
    Turn();
    if (Finished()) {
      return;
    }
    const Instant wake_at = std::min(engine_.wake_at(), client_wake_at_);
    std::unique_lock lock(mutex_);
    wake_threshold_.store(engine_.quiet_below_calls());
    if (wake_at == kNever) {
      changed_.wait(lock, [this] { return SomethingToDo(); });
    } else if (wake_at > now_) {
      changed_.wait_until(lock, clock_.ToSteady(wake_at), [this] { return SomethingToDo(); });
    }
    asleep_.store(false);
  }
}

void EngineLoop::Turn() {
  urgent_.store(false);
  TakeIn();
  now_ = std::max(now_, clock_.Now());
  TellAll();
}

void EngineLoop::TurnAt(Instant now) {
  CHECK(!thread_.joinable() && now >= now_);
  TakeIn();
  now_ = now;
  TellAll();
}

Instant EngineLoop::next_turn_at() const {
  const bool handed_in = waiting_ != nullptr || !inbox_.empty();
  return handed_in ? now_ : std::min(engine_.wake_at(), client_wake_at_);
}

void EngineLoop::TellAll() {
  const std::size_t queued_before = engine_.queued_calls();
  effects_.Clear();
  // Replies first, then calls and orders as they came, then the timers: the order of the engine.
  while (replies_ != nullptr) {
    auto& reply = static_cast<LoopNode&>(*std::exchange(replies_, replies_->next));
    client_.Tell(reply, engine_, now_, effects_);
  }
  // A full batch leaves before more is told: its calls are still in the processor's caches.
  std::size_t calls_told = 0;
  while (waiting_ != nullptr && !engine_.full_batch_can_leave()) {
    auto& node = static_cast<LoopNode&>(*std::exchange(waiting_, waiting_->next));
    calls_told += node.kind == LoopNode::Kind::kCall ? 1 : 0;
    client_.Tell(node, engine_, now_, effects_);
  }
  if (waiting_ == nullptr) {
    waiting_end_ = &waiting_;
  }
  // After what was handed in before the end: those calls are shut down, only later ones are
  // refused.
  if (stopping_.load() && waiting_ == nullptr) {
    engine_.On(Drain{.deadline = now_}, now_, effects_);
  }
  engine_.On(Wake{}, now_, effects_);
  // Calls that are no longer queued make room before anybody is told of their outcome.
  queued_.fetch_sub(queued_before + calls_told - engine_.queued_calls());
  client_wake_at_ = client_.Perform(effects_, engine_, now_);
}

void EngineLoop::TakeIn() {
  InboxNode* newest = inbox_.TakeAll();
  InboxNode* oldest = nullptr;  // of the calls and orders
  InboxNode** end = nullptr;
  while (newest != nullptr) {
    InboxNode* node = std::exchange(newest, newest->next);
    if (static_cast<LoopNode&>(*node).kind == LoopNode::Kind::kReply) {
      node->next = std::exchange(replies_, node);
      continue;
    }
    node->next = std::exchange(oldest, node);
    if (end == nullptr) {
      end = &node->next;
    }
  }
  if (oldest != nullptr) {
    *waiting_end_ = oldest;
    waiting_end_ = end;
  }
}

bool EngineLoop::SomethingToDo() {
  asleep_.store(true);  // Before the looks: see Post.
  return waiting_ != nullptr || urgent_.load() || stopping_.load() ||
         (!inbox_.empty() && queued_.load() >= wake_threshold_.load());
}

bool EngineLoop::Finished() const {
  return stopping_.load() && engine_.live_calls() == 0 && !client_.AwaitsReplies() &&
         waiting_ == nullptr && inbox_.empty();
}

}  // namespace batcher
