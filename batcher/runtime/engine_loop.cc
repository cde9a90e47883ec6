#include "batcher/runtime/engine_loop.h"

#include <algorithm>

#include "batcher/base/check.h"
#include "batcher/runtime/loop_thread.h"
#include "batcher/runtime/timer_slack.h"

namespace batcher {
namespace {

thread_local bool this_thread_is_a_loop = false;

}  // namespace

bool OnLoopThread() { return this_thread_is_a_loop; }

EngineLoop::EngineLoop(const EngineOptions& options, const RunClock& clock, Client& client)
    : clock_(clock), client_(client), engine_(options), max_queued_(options.queue.max_queued) {}

void EngineLoop::Start() {
  thread_ = std::thread([this] { Run(); });
}

void EngineLoop::Stop() {
  CHECK(!on_loop_thread());
  stopping_.store(true);
  { const std::lock_guard lock(mutex_); }
  changed_.notify_one();
  thread_.join();
  // Whoever handed in the last reply may not have come back from waking the thread.
  while (posting_.load() != 0) {
    std::this_thread::yield();
  }
}

bool EngineLoop::Admit() {
  if (queued_.fetch_add(1) < max_queued_.load(std::memory_order_relaxed)) {
    return true;
  }
  queued_.fetch_sub(1);
  return false;
}

void EngineLoop::Post(LoopNode& node) {
  const bool is_call = node.kind == LoopNode::Kind::kCall;
  posting_.fetch_add(1);
  inbox_.Push(node);  // From here on the node may be gone.
  if (!is_call) {
    urgent_.store(true);
  }
  if (asleep_.load() && (!is_call || queued_.load() >= wake_threshold_.load())) {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_one();
  }
  posting_.fetch_sub(1);
}

void EngineLoop::Run() {
  this_thread_is_a_loop = true;
  UseFinestTimers();
  while (true) {
    Turn();
    if (Finished()) {
      return;
    }
    const Instant wake_at = engine_.wake_at();
    std::unique_lock lock(mutex_);
    wake_threshold_.store(engine_.quiet_below_calls());
    asleep_.store(true);
    if (wake_at == kNever) {
      changed_.wait(lock, [this] { return SomethingToDo(); });
    } else if (wake_at > now_) {
      changed_.wait_until(lock, clock_.ToSteady(wake_at), [this] { return SomethingToDo(); });
    }
    asleep_.store(false);
  }
}

void EngineLoop::Turn() {
  const std::size_t queued_before = engine_.queued_calls();
  effects_.Clear();
  urgent_.store(false);
  InboxNode* taken = inbox_.TakeAll();
  now_ = std::max(now_, clock_.Now());
  // Replies first, then calls and orders as they came, then the timers: the order of the engine.
  std::size_t calls_told = 0;
  for (const bool replies : {true, false}) {
    InboxNode** link = &taken;
    while (*link != nullptr) {
      auto& node = static_cast<LoopNode&>(**link);
      if ((node.kind == LoopNode::Kind::kReply) != replies) {
        link = &node.next;
        continue;
      }
      *link = node.next;
      calls_told += node.kind == LoopNode::Kind::kCall ? 1 : 0;
      client_.Tell(node, engine_, now_, effects_);
    }
  }
  // After what was handed in before the end: those calls are shut down, only later ones are
  // refused.
  if (stopping_.load()) {
    engine_.On(Drain{.deadline = now_}, now_, effects_);
  }
  engine_.On(Wake{}, now_, effects_);
  // Calls that are no longer queued make room before anybody is told of their outcome.
  queued_.fetch_sub(queued_before + calls_told - engine_.queued_calls());
  client_.Perform(effects_, engine_);
}

bool EngineLoop::SomethingToDo() const {
  return urgent_.load() || stopping_.load() ||
         (!inbox_.empty() && queued_.load() >= wake_threshold_.load());
}

bool EngineLoop::Finished() const {
  return stopping_.load() && engine_.live_calls() == 0 && !client_.AwaitsReplies() &&
         inbox_.empty();
}

}  // namespace batcher
