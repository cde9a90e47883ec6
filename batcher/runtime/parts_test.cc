#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/runtime/delivery_stamps.h"
#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/inbox.h"
#include "batcher/runtime/key_table.h"
#include "batcher/runtime/test_service.h"
#include "batcher/runtime/workers.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::Le;

struct NumberedNode : InboxNode {
  int producer = 0;
  int number = 0;
};

TEST(InboxTest, HandsOverEveryNodeTheNewestOfItsProducerFirst) {
  constexpr int kEach = 5000;
  constexpr int kThreads = 8;
  Inbox inbox;
  std::vector<std::vector<NumberedNode>> nodes(kThreads);
  std::vector<std::thread> threads;
  for (int producer = 0; producer < kThreads; ++producer) {
    auto& mine = nodes[static_cast<std::size_t>(producer)];
    mine.resize(kEach);
    threads.emplace_back([&inbox, &mine, producer] {
      for (int number = 0; number < kEach; ++number) {
        NumberedNode& node = mine[static_cast<std::size_t>(number)];
        node.producer = producer;
        node.number = number;
        inbox.Push(node);
      }
    });
  }
  std::vector<int> taken(kThreads, 0);  // all below are taken
  int all = 0;
  while (all < kThreads * kEach) {
    std::vector<int> newest(kThreads, -1);
    std::vector<int> oldest(kThreads, kEach);
    for (InboxNode* node = inbox.TakeAll(); node != nullptr; node = node->next) {
      const auto& numbered = static_cast<NumberedNode&>(*node);
      const auto producer = static_cast<std::size_t>(numbered.producer);
      newest[producer] = std::max(newest[producer], numbered.number);
      ASSERT_EQ(numbered.number, std::min(oldest[producer], newest[producer] + 1) - 1);
      oldest[producer] = numbered.number;
      ++all;
    }
    for (std::size_t producer = 0; producer < kThreads; ++producer) {
      if (newest[producer] >= 0) {
        ASSERT_EQ(oldest[producer], taken[producer]);
        taken[producer] = newest[producer] + 1;
      }
    }
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_TRUE(inbox.empty());
}

TEST(WorkersTest, NoJobWaitsForAnother) {
  constexpr int kJobs = 20;
  std::atomic<int> running = 0;
  Event all_running;
  Workers workers;
  for (int job = 0; job < kJobs; ++job) {
    workers.Post([&] {
      if (++running == kJobs) {
        all_running.Set();
      }
      all_running.Wait();
    });
  }
  EXPECT_TRUE(all_running.Wait());
}

TEST(WorkersTest, DestructionRunsWhatWasPosted) {
  std::atomic<int> run = 0;
  {
    Workers workers;
    for (int job = 0; job < 10; ++job) {
      workers.Post([&] { ++run; });
    }
  }
  EXPECT_EQ(run, 10);
}

TEST(BatchStopsTest, AsksWhatRunsForTheBatchAndNothingElse) {
  BatchStops stops;
  const std::stop_source one = stops.Begin(1);
  const std::stop_source two = stops.Begin(2);
  stops.Request(1);
  stops.Request(3);
  EXPECT_TRUE(one.stop_requested());
  EXPECT_FALSE(two.stop_requested());
}

TEST(BatchStopsTest, ANewRequestOfABatchStopsTheOlderOneWhoseEndChangesNothing) {
  BatchStops stops;
  const std::stop_source older = stops.Begin(1);
  const std::stop_source newer = stops.Begin(1);
  EXPECT_TRUE(older.stop_requested());
  stops.End(1, older);
  EXPECT_FALSE(newer.stop_requested());
  stops.Request(1);
  EXPECT_TRUE(newer.stop_requested());
}

TEST(BatchStopsTest, AtTheEndAllAreAskedAlsoThoseToCome) {
  BatchStops stops;
  const std::stop_source running = stops.Begin(1);
  stops.RequestAll();
  EXPECT_TRUE(running.stop_requested());
  EXPECT_TRUE(stops.Begin(2).stop_requested());
}

struct KeyedCall {
  explicit KeyedCall(int call_key, std::uint32_t hash) : own_key(call_key), key_hash(hash) {}
  int own_key;
  std::uint32_t key_hash;
  const int* key = &own_key;
  KeyedCall* older = nullptr;
  KeyedCall* newer = nullptr;
};

TEST(KeyTableTest, TellsTheNewestCallOfAKeyThatIsStillThere) {
  KeyTable<KeyedCall> keys;
  std::vector<KeyedCall> a(4, KeyedCall(1, 7));
  for (KeyedCall& call : a) {
    call.key = &call.own_key;
  }
  KeyedCall b(2, 7);  // another key with the same hash
  EXPECT_EQ(keys.Add(a[0]), nullptr);
  EXPECT_EQ(keys.Add(b), nullptr);
  EXPECT_EQ(keys.Add(a[1]), &a[0]);
  EXPECT_EQ(keys.Add(a[2]), &a[1]);
  EXPECT_EQ(keys.size(), 2U);
  keys.Remove(a[2]);
  keys.Remove(a[0]);
  EXPECT_EQ(keys.Add(a[3]), &a[1]);
  EXPECT_EQ(a[3].older, &a[1]);
  EXPECT_EQ(a[1].older, nullptr);
  keys.Remove(a[1]);
  keys.Remove(a[3]);
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_EQ(a[3].key, nullptr);
}

// Few different hashes, so that runs of cells form, wrap round, and have holes closed in them.
TEST(KeyTableTest, DoesWhatAListWouldDo) {
  RandomStream random(1, "key_table");
  KeyTable<KeyedCall> keys;
  std::vector<std::unique_ptr<KeyedCall>> live;  // the oldest first
  for (int step = 0; step < 20'000; ++step) {
    const bool grows = step / 100 % 2 == 0;
    if (live.empty() || random.Below(4) < (grows ? 3U : 1U)) {
      const int key = static_cast<int>(random.Below(40));
      live.push_back(std::make_unique<KeyedCall>(key, static_cast<std::uint32_t>(key % 7 + 13)));
      const auto twin = std::find_if(live.rbegin() + 1, live.rend(),
                                     [&](const auto& call) { return call->own_key == key; });
      ASSERT_EQ(keys.Add(*live.back()), twin == live.rend() ? nullptr : twin->get());
    } else {
      const auto gone = live.begin() + static_cast<std::ptrdiff_t>(random.Below(live.size()));
      keys.Remove(**gone);
      live.erase(gone);
    }
  }
}

// A clock by hand; counts how often it is read.
struct PacedClock {
  Instant Now() const {
    ++reads;
    return now;
  }
  Instant now = At(1s);
  mutable int reads = 0;
};

// How much earlier than it was each delivery is said to have been.
std::vector<Duration> EarlyBy(DeliveryStamps& stamps, PacedClock& clock, Duration pace, int count) {
  std::vector<Duration> early;
  for (int i = 0; i < count; ++i) {
    clock.now += pace;
    early.push_back(clock.now - stamps.Next(clock));
  }
  return early;
}

TEST(DeliveryStampsTest, WithoutToleranceEachIsExact) {
  DeliveryStamps stamps(0ns);
  PacedClock clock;
  EXPECT_THAT(EarlyBy(stamps, clock, 1ns, 100), Each(0ns));
  EXPECT_THAT(EarlyBy(stamps, clock, 0ns, 100), Each(0ns));
  EXPECT_EQ(clock.reads, 200);
}

TEST(DeliveryStampsTest, FastOnesShareAReadingWithinTheTolerance) {
  DeliveryStamps stamps(10us);
  PacedClock clock;
  EXPECT_THAT(EarlyBy(stamps, clock, 100ns, 1000), Each(Le(10us)));
  EXPECT_LT(clock.reads, 50);
  EXPECT_GE(clock.reads, 1000 / 64);
}

TEST(DeliveryStampsTest, SlowOnesAreExactAndThePaceMayChange) {
  DeliveryStamps stamps(10us);
  PacedClock clock;
  EXPECT_THAT(EarlyBy(stamps, clock, 50us, 100), Each(0ns));
  EXPECT_EQ(clock.reads, 100);
  EXPECT_THAT(EarlyBy(stamps, clock, 100ns, 1000), Each(Le(10us)));
  static_cast<void>(EarlyBy(stamps, clock, 50us, 64));  // The first of these are not foreseen.
  EXPECT_THAT(EarlyBy(stamps, clock, 50us, 100), Each(0ns));
}

TEST(DeliveryStampsTest, TheFirstAfterAPauseIsExact) {
  DeliveryStamps stamps(10us);
  PacedClock clock;
  static_cast<void>(EarlyBy(stamps, clock, 100ns, 1000));
  stamps.Restart();
  EXPECT_EQ(EarlyBy(stamps, clock, 1s, 1).front(), 0ns);
}

// Counts the turns of a loop and tells its engine nothing but calls.
class CountingClient final : public EngineLoop::Client {
 public:
  struct Call : LoopNode {
    Call() : LoopNode(Kind::kCall) {}
    std::uint64_t key = 0;
    Instant submitted;
  };

  void Tell(LoopNode& node, Engine& engine, Instant now, Effects& effects) override {
    auto& call = static_cast<Call&>(node);
    engine.On(Submit{.call = call.key, .key = call.key, .submitted = call.submitted}, now, effects);
    if (++told_ == await_) {
      reached_.Set();
    }
  }
  Instant Perform(Effects& effects, const Engine& /*engine*/, Instant now) override {
    ++turns;
    dispatched += effects.dispatched.size();
    if (!effects.dispatched.empty()) {
      told_when_dispatched.push_back(told_);
    }
    if (dispatched >= awaited_batches) {
      batches_left.Set();
    }
    if (wanted_turns == 0) {
      return kNever;
    }
    if (turns == wanted_turns) {
      turns_came.Set();
      return kNever;
    }
    return now + 100us;
  }
  bool AwaitsReplies() const override { return false; }

  void Await(int calls) { await_ = calls; }
  Event& reached() { return reached_; }

  std::atomic<int> turns = 0;
  std::atomic<std::size_t> dispatched = 0;
  std::size_t awaited_batches = 1;  // Set before the start.
  Event batches_left;
  int wanted_turns = 0;  // Set before the start: so many come without any call.
  Event turns_came;
  std::vector<int> told_when_dispatched;  // Read once the loop has stopped.

 private:
  std::atomic<int> told_ = 0;
  std::atomic<int> await_ = 0;
  Event reached_;
};

// The first call wakes the loop, which then waits for the window: nine more leave it asleep, the
// tenth fills the batch. Every turn of the loop is one that was needed.
TEST(EngineLoopTest, WakesOnlyForWhatItMustActOn) {
  CountingClient client;
  std::vector<CountingClient::Call> calls(10);
  EngineOptions options;
  options.queue.policy = WindowPolicy(1h);
  options.queue.max_items = 10;
  options.wire.timeout = 2h;
  EngineLoop loop(options, RunClock(), client);
  client.Await(1);
  loop.Start();
  const auto post = [&](std::size_t i) {
    calls[i].key = i;
    calls[i].submitted = loop.clock().Now();
    ASSERT_FALSE(loop.Admit(0, false));
    loop.Post(calls[i]);
  };
  post(0);
  ASSERT_TRUE(client.reached().Wait());
  for (std::size_t i = 1; i < 9; ++i) {
    post(i);
  }
  EXPECT_EQ(client.dispatched, 0U);
  post(9);
  ASSERT_TRUE(client.batches_left.Wait());
  EXPECT_EQ(client.dispatched, 1U);
  // Start, first call, full batch; a call that came before the loop was asleep again adds one or
  // two.
  EXPECT_LE(client.turns, 5);
  loop.Stop();
}

TEST(EngineLoopTest, CanBeDrivenByHandInATimeOfItsOwn) {
  CountingClient client;
  CountingClient::Call call;
  EngineOptions options;
  options.queue.policy = WindowPolicy(1h);
  options.wire.timeout = 2h;
  EngineLoop loop(options, RunClock(), client);
  EXPECT_EQ(loop.next_turn_at(), kNever);
  ASSERT_FALSE(loop.Admit(0, false));
  call.submitted = At(5h);
  loop.Post(call);
  EXPECT_LE(loop.next_turn_at(), At(5h));
  loop.TurnAt(At(5h));
  EXPECT_EQ(loop.engine().queued_calls(), 1U);
  EXPECT_EQ(loop.next_turn_at(), At(6h));
  loop.TurnAt(At(6h));
  EXPECT_EQ(client.dispatched, 1U);
}

TEST(EngineLoopTest, ATurnComesWhenTheClientWantsOne) {
  CountingClient client;
  client.wanted_turns = 5;
  EngineLoop loop(EngineOptions{}, RunClock(), client);
  loop.Start();
  EXPECT_TRUE(client.turns_came.Wait());
  loop.Stop();
}

// All that wait are there before the loop starts.
std::vector<int> ToldWhenDispatched(const Choice& policy) {
  CountingClient client;
  std::vector<CountingClient::Call> calls(30);
  EngineOptions options;
  options.queue.policy = policy;
  options.queue.max_items = 10;
  EngineLoop loop(options, RunClock(), client);
  client.awaited_batches = 3;
  for (CountingClient::Call& call : calls) {
    call.key = static_cast<std::uint64_t>(&call - calls.data());
    EXPECT_FALSE(loop.Admit(0, false));
    loop.Post(call);
  }
  loop.Start();
  EXPECT_TRUE(client.batches_left.Wait());
  loop.Stop();
  return client.told_when_dispatched;
}

TEST(EngineLoopTest, AFullBatchLeavesBeforeLaterCallsAreTold) {
  EXPECT_THAT(ToldWhenDispatched(WindowPolicy(1h)), ::testing::ElementsAre(10, 20, 30));
}

TEST(EngineLoopTest, ATickTakesAllThatWait) {
  EXPECT_THAT(ToldWhenDispatched(TickPolicy(1ms)), ::testing::ElementsAre(30));
}

TEST(EngineLoopTest, AnIdleLoopMakesNoTurns) {
  CountingClient client;
  EngineLoop loop({}, RunClock(), client);
  loop.Start();
  // Two threads that hand a token to and fro give an idle loop every occasion to wake up.
  std::atomic<int> token = 0;
  std::thread partner([&] {
    for (int i = 0; i < 1000; ++i) {
      while (token.load() != 2 * i + 1) {
        std::this_thread::yield();
      }
      token = 2 * i + 2;
    }
  });
  for (int i = 0; i < 1000; ++i) {
    token = 2 * i + 1;
    while (token.load() != 2 * i + 2) {
      std::this_thread::yield();
    }
  }
  partner.join();
  EXPECT_LE(client.turns, 1);
  loop.Stop();
}

}  // namespace
}  // namespace batcher
