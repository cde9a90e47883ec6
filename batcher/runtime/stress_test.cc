// Goal: exactly one outcome for each call, and no neighbour's answer, whatever threads do at one
// time. Method: producers, cancellers, flushers, retuners and a drainer work on one batcher whose
// batch function flaps: calls with deadlines and stop tokens, queues that reject, shed and let
// wait. Then the batcher is destroyed while calls are under way. Bounded by the number of calls,
// not by time.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/batcher.h"
#include "batcher/runtime/test_service.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

constexpr int kProducers = 4;
constexpr int kCallsEach = 2000;

// Throws, answers too little, is slow, or right.
std::vector<ItemResult<int>> Flap(std::span<const int> keys, const std::stop_token& stop) {
  std::vector<ItemResult<int>> results = AnswerAll(keys, stop);
  switch (static_cast<unsigned>(keys.front()) % 7) {
    case 0:
      throw std::runtime_error("flapping");
    case 1:
      results.resize(results.size() / 2);
      break;
    case 2:
      std::this_thread::yield();
      break;
    default:
      break;
  }
  return results;
}

// How often each call was answered, and how many answers were a neighbour's.
struct Tally {
  std::array<std::atomic<int>, std::size_t{kProducers} * kCallsEach> answers{};
  std::atomic<int> wrong = 0;

  void Add(int call, int key, const Answer<int>& answer) {
    ++answers[static_cast<std::size_t>(call)];
    wrong += answer && *answer != ValueOf(key) ? 1 : 0;
  }
};

CallOptions RandomOptions(RandomStream& random, const std::stop_source& stop) {
  CallOptions options;
  if (random.Below(3) == 0) {
    options.deadline = RunClock::SteadyNow() + std::chrono::microseconds(random.Below(1000));
  }
  if (random.Below(3) == 0) {
    options.stop = stop.get_token();
  }
  return options;
}

void Produce(Batcher<int, int>& batcher, Tally& tally, int producer) {
  RandomStream random(static_cast<std::uint64_t>(producer), "stress");
  for (int i = 0; i < kCallsEach; ++i) {
    const int call = producer * kCallsEach + i;
    const int key = static_cast<int>(random.Below(500));
    if (random.Below(4) == 0) {
      std::stop_source stop;
      Pending<int> pending = batcher.Get(key, RandomOptions(random, stop));
      if (random.Below(2) == 0) {
        pending.Cancel();
      }
      if (random.Below(2) == 0) {
        stop.request_stop();
      }
      if (random.Below(8) == 0) {
        batcher.Flush();
      }
      tally.Add(call, key, pending.Wait());
    } else {
      batcher.Submit(
          key, [&tally, call, key](const Answer<int>& answer) { tally.Add(call, key, answer); });
    }
  }
}

void Retune(Batcher<int, int>& batcher, int producer) {
  RandomStream random(static_cast<std::uint64_t>(producer), "retune");
  for (int i = 0; i < 50; ++i) {
    QueueOptions queue;
    queue.policy = random.Below(2) == 0
                       ? NaturalPolicy()
                       : WindowPolicy(std::chrono::microseconds(random.Below(500)));
    queue.max_items = 1 + random.Below(40);
    queue.max_in_flight = 1 + random.Below(4);
    queue.max_queued = random.Below(2) == 0 ? 5 : 100'000;
    queue.overflow = static_cast<Overflow>(random.Below(3));
    queue.dedup = random.Below(2) == 0;
    queue.join_in_flight = random.Below(2) == 0;
    EXPECT_FALSE(batcher.Retune(queue));
    batcher.Get(1).Wait();
  }
}

TEST(StressTest, EachCallOfManyThreadsIsAnsweredOnce) {
  for (int round = 0; round < 3; ++round) {
    Tally tally;
    {
      BatcherOptions options;
      options.queue.policy = WindowPolicy(100us);
      options.queue.max_items = 20;
      options.wire.isolation_requests = round == 1 ? 6 : 0;
      Batcher<int, int> batcher({.batch = Flap}, options);
      std::vector<std::thread> threads;
      threads.reserve(kProducers + 2);
      for (int producer = 0; producer < kProducers; ++producer) {
        threads.emplace_back([&, producer] { Produce(batcher, tally, producer); });
      }
      threads.emplace_back([&] { Retune(batcher, round); });
      if (round == 2) {
        threads.emplace_back([&] {
          // After a part of the calls; all later ones are refused.
          batcher.Get(1).Wait();
          batcher.Drain(500us);
        });
      }
      for (std::thread& thread : threads) {
        thread.join();
      }
      // Destroyed with calls under way: those of the callbacks.
    }
    for (std::size_t call = 0; call < tally.answers.size(); ++call) {
      ASSERT_EQ(tally.answers[call], 1) << "call " << call << " of round " << round;
    }
    EXPECT_EQ(tally.wrong, 0);
  }
}

TEST(StressTest, DestructionAtAnyMomentAnswersEverything) {
  for (int round = 0; round < 200; ++round) {
    RandomStream random(static_cast<std::uint64_t>(round), "moment");
    std::atomic<int> answers = 0;
    const int calls = static_cast<int>(random.Below(60));
    {
      BatcherOptions options;
      options.queue.policy = WindowPolicy(std::chrono::microseconds(random.Below(300)));
      options.queue.max_items = 1 + random.Below(10);
      options.queue.max_in_flight = 1 + random.Below(3);
      Batcher<int, int> batcher({.batch = Flap}, options);
      for (int key = 0; key < calls; ++key) {
        batcher.Submit(key, [&](const Answer<int>&) { ++answers; });
      }
      if (random.Below(3) == 0) {
        batcher.Drain(std::chrono::microseconds(random.Below(500)));
      }
    }
    ASSERT_EQ(answers, calls) << "round " << round;
  }
}

}  // namespace
}  // namespace batcher
