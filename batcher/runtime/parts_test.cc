#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "batcher/runtime/engine_loop.h"
#include "batcher/runtime/inbox.h"
#include "batcher/runtime/key_table.h"
#include "batcher/runtime/test_service.h"
#include "batcher/runtime/workers.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

struct NumberedNode : InboxNode {
  int producer = 0;
  int number = 0;
};

TEST(InboxTest, HandsOverEveryNodeInTheOrderOfItsProducer) {
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
  std::vector<int> next(kThreads, 0);
  int taken = 0;
  while (taken < kThreads * kEach) {
    for (InboxNode* node = inbox.TakeAll(); node != nullptr; node = node->next) {
      const auto& numbered = static_cast<NumberedNode&>(*node);
      ASSERT_EQ(numbered.number, next[static_cast<std::size_t>(numbered.producer)]++);
      ++taken;
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
    workers.Post([&](const std::stop_token& stop) {
      if (++running == kJobs) {
        all_running.Set();
      }
      all_running.Wait(stop);
    });
  }
  EXPECT_TRUE(all_running.Wait());
}

TEST(WorkersTest, DestructionRunsWhatWasPostedAndAsksItToStop) {
  std::atomic<int> stopped = 0;
  {
    Workers workers;
    for (int job = 0; job < 10; ++job) {
      workers.Post([&](const std::stop_token& stop) {
        Event().Wait(stop);
        stopped += stop.stop_requested() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(stopped, 10);
}

TEST(KeyTableTest, EqualKeysHaveOneNumberWhileCallsLive) {
  KeyTable<std::string, std::hash<std::string>> keys;
  const auto first = keys.Add("a");
  const auto other = keys.Add("b");
  const auto again = keys.Add("a");
  EXPECT_EQ(first.id, again.id);
  EXPECT_NE(first.id, other.id);
  EXPECT_EQ(*again.key, "a");
  keys.Release(*first.key);
  EXPECT_EQ(keys.Add("a").id, first.id);
  keys.Release(*first.key);
  keys.Release(*first.key);
  EXPECT_EQ(keys.size(), 1U);
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
  void Perform(const Effects& effects, const Engine& /*engine*/) override {
    ++turns;
    dispatched += effects.dispatched.size();
    if (dispatched > 0) {
      first_dispatch.Set();
    }
  }
  bool AwaitsReplies() const override { return false; }

  void Await(int calls) { await_ = calls; }
  Event& reached() { return reached_; }

  std::atomic<int> turns = 0;
  std::atomic<std::size_t> dispatched = 0;
  Event first_dispatch;

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
    ASSERT_TRUE(loop.Admit());
    loop.Post(calls[i]);
  };
  post(0);
  ASSERT_TRUE(client.reached().Wait());
  for (std::size_t i = 1; i < 9; ++i) {
    post(i);
  }
  EXPECT_EQ(client.dispatched, 0U);
  post(9);
  ASSERT_TRUE(client.first_dispatch.Wait());
  EXPECT_EQ(client.dispatched, 1U);
  // Start, first call, full batch; a call that came before the loop was asleep again adds one or
  // two.
  EXPECT_LE(client.turns, 5);
  loop.Stop();
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
