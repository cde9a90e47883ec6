#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "batcher/base/run_clock.h"
#include "batcher/core/engine.h"
#include "batcher/runtime/inbox.h"

namespace batcher {

// Something handed to the loop: a call, a reply, or an order such as Flush.
struct LoopNode : InboxNode {
  enum class Kind : std::uint8_t { kCall, kReply, kOrder };
  explicit LoopNode(Kind node_kind) : kind(node_kind) {}
  Kind kind;
  bool urgent = false;  // a call: it may bring the flush forward by itself
};

// The driver of an engine in real time: one thread that takes what was handed in, reads the clock
// once, tells the engine, and has the effects performed. A full batch leaves before more calls are
// told. It sleeps exactly until the engine wants to be woken or something is handed in; an idle
// loop makes no wake-ups, unless its client wants a turn.
class EngineLoop {
 public:
  // What the loop does not know: the keys, values and endpoints of its batcher. All functions are
  // called on the loop's thread.
  class Client {
   public:
    virtual ~Client() = default;
    // Tells `engine` the event that the node stands for. The node belongs to the client again.
    virtual void Tell(LoopNode& node, Engine& engine, Instant now, Effects& effects) = 0;
    // In this order: the calls and batches that ended, the dispatched, the sends. Answers when it
    // wants the next turn at the latest; kNever: when the engine does. May fill in the records.
    virtual Instant Perform(Effects& effects, const Engine& engine, Instant now) = 0;
    // Whether requests are under way, so that replies will still come.
    [[nodiscard]] virtual bool AwaitsReplies() const = 0;
  };

  // The client must outlive the loop; it is first called after Start.
  EngineLoop(const EngineOptions& options, const RunClock& clock, Client& client);
  // REQUIRES: Stop was called, if Start was.
  ~EngineLoop() = default;
  EngineLoop(const EngineLoop&) = delete;
  EngineLoop& operator=(const EngineLoop&) = delete;

  void Start();
  // Ends what has not ended with kShutDown, waits for the replies to requests under way, and joins
  // the thread. REQUIRES: not called on the loop's thread.
  void Stop();

  // Reserves a place in the queue for one call, or answers why it is refused: there is none, or the
  // call alone is larger than a batch. Any thread.
  [[nodiscard]] std::optional<Outcome> Admit(std::size_t bytes, bool can_wait);
  // The limits by which Admit decides from now on. Any thread.
  void SetLimits(const QueueOptions& queue);

  // Hands a node in; wakes the thread if it must act before it would wake by itself. Any thread.
  // REQUIRES for kCall: Admit let it in; Stop is not called before this has returned. (For a
  // reply it may be, as the loop itself knows of no more replies.)
  void Post(LoopNode& node);

  // For whoever drives a loop by hand that is never started, in a time of its own: one turn at
  // `now` on the calling thread, and when it wants the next one at the latest (kNever: not before
  // something is handed in). `now` does not go backwards.
  void TurnAt(Instant now);
  [[nodiscard]] Instant next_turn_at() const;
  [[nodiscard]] const Engine& engine() const { return engine_; }

  [[nodiscard]] bool on_loop_thread() const {
    return std::this_thread::get_id() == thread_.get_id();
  }
  [[nodiscard]] const RunClock& clock() const { return clock_; }

 private:
  void Run();
  void Turn();
  // Tells the engine what was taken in, and has the effects performed.
  void TellAll();
  // Takes the inbox's nodes into replies_ and waiting_.
  void TakeIn();
  void WakeUp();
  [[nodiscard]] bool Finished() const;
  // Whether the thread must not sleep. If not, it counts as asleep: whoever hands in wakes it.
  [[nodiscard]] bool SomethingToDo();

  // What the threads that hand in write, apart from what the loop writes for each call.
  alignas(64) Inbox inbox_;
  std::atomic<std::size_t> queued_ = 0;  // Calls admitted that have not left the queue.
  // What a call that can't wait finds full, and one that can.
  std::atomic<std::size_t> max_queued_ = 0;
  std::atomic<std::size_t> max_queued_waiting_ = 0;
  std::atomic<std::size_t> max_bytes_ = 0;
  std::atomic<std::size_t> wake_threshold_ = 0;  // Fewer queued calls need not wake the thread.
  std::atomic<bool> urgent_ = false;             // Something other than a call is in the inbox.
  std::atomic<bool> asleep_ = false;             // Whoever sets it to false wakes the thread.
  std::atomic<bool> stopping_ = false;
  // Threads within Post with a reply or an order: they may still look at the members below.
  std::atomic<int> posting_ = 0;

  std::mutex mutex_;  // Guards nothing but the wait itself.
  std::condition_variable changed_;

  const RunClock clock_;
  Client& client_;
  Engine engine_;                    // Owned by the thread.
  Effects effects_;                  // Owned by the thread.
  Instant now_;                      // Owned by the thread: the time of its last turn.
  Instant client_wake_at_ = kNever;  // Owned by the thread: when the client wants the next one.
  // Owned by the thread: what was taken and not told yet, the oldest first.
  InboxNode* replies_ = nullptr;
  InboxNode* waiting_ = nullptr;         // calls and orders
  InboxNode** waiting_end_ = &waiting_;  // where the next one is linked

  std::thread thread_;  // Last member: what it uses is there before it and after it.
};

}  // namespace batcher
