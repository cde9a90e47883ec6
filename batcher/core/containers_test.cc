#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/core/queue.h"
#include "batcher/core/timers.h"
#include "batcher/core/wire.h"

// What the engine keeps its books in: the queue of entries, the sleeps, the requests that wait.

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(QueueTest, ViewsWhatIsQueued) {
  Queue queue;
  EXPECT_TRUE(queue.empty());
  const auto first = queue.Add(7, 10, 0, At(1ms));
  queue.Add(8, 20, 1, At(2ms));
  queue.Join(first, 2, At(5ms));
  const QueueView view = queue.View();
  EXPECT_EQ(view.calls, 3U);
  EXPECT_EQ(view.entries, 2U);
  EXPECT_EQ(view.bytes, 30U);
  EXPECT_EQ(view.oldest, At(1ms));
  EXPECT_EQ(view.newest, At(5ms));
  EXPECT_EQ(view.summed_wait, 7ms);
}

TEST(QueueTest, AnEntryLeavesWithItsLastWaiterAndItsTurnIsSkipped) {
  Queue queue;
  const auto first = queue.Add(7, 10, 0, At(1ms));
  const auto second = queue.Add(8, 20, 1, At(2ms));
  queue.Add(9, 30, 2, At(3ms));
  queue.Join(first, 3, At(4ms));
  EXPECT_FALSE(queue.Leave(first, At(4ms)));
  EXPECT_TRUE(queue.Leave(second, At(2ms)));
  EXPECT_EQ(queue.front().key, 7U);
  EXPECT_TRUE(queue.Leave(first, At(1ms)));
  EXPECT_EQ(queue.front().key, 9U);
  EXPECT_EQ(queue.entries(), 1U);
  EXPECT_EQ(queue.bytes(), 30U);
  EXPECT_EQ(queue.View().summed_wait, 1ms) << "the newest has left at 4 ms";
  EXPECT_EQ(queue.TakeFront(3'000'000).key, 9U);
  EXPECT_TRUE(queue.empty());
}

// 1,000 submit times of a year add up to more than 64 bits hold.
TEST(QueueTest, AddsUpTheWaitingOfManyCallsAfterALongTime) {
  Queue queue;
  const Instant year = At(365 * 24h);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    queue.Add(i, 0, i, year + Duration(static_cast<std::int64_t>(i)));
  }
  EXPECT_EQ(queue.View().summed_wait, Duration(999 * 1000 / 2));
}

TEST(QueueTest, CountsWhatFitsIntoSoManyBytes) {
  Queue queue;
  queue.Add(1, 6, 0, At(0ms));
  const auto left = queue.Add(2, 100, 1, At(0ms));
  queue.Add(3, 4, 2, At(0ms));
  queue.Add(4, 1, 3, At(0ms));
  queue.Leave(left, At(0ms));
  EXPECT_EQ(queue.CountWithin(5, 10), 1U) << "at least one";
  EXPECT_EQ(queue.CountWithin(9, 10), 1U);
  EXPECT_EQ(queue.CountWithin(10, 10), 2U);
  EXPECT_EQ(queue.CountWithin(11, 10), 3U);
  EXPECT_EQ(queue.CountWithin(11, 2), 2U);
}

TEST(QueueTest, KnowsWhenTheNthEntryThatIsLeftWasSubmitted) {
  Queue queue;
  std::vector<Queue::EntryId> ids;
  for (std::uint64_t i = 0; i < 6; ++i) {
    ids.push_back(queue.Add(i, 0, i, At(Duration(static_cast<std::int64_t>(i)))));
  }
  EXPECT_EQ(queue.EnqueuedAt(3), At(2ns));
  queue.Leave(ids[1], At(1ns));
  queue.Leave(ids[3], At(3ns));
  queue.Leave(ids[4], At(4ns));
  EXPECT_EQ(queue.EnqueuedAt(1), At(0ns));
  EXPECT_EQ(queue.EnqueuedAt(2), At(2ns));
  EXPECT_EQ(queue.EnqueuedAt(3), At(5ns));
}

TEST(QueueTest, DoesWhatAPlainListDoes) {
  RandomStream random(1, "queue");
  Queue queue;
  std::deque<Queue::EntryId> list;  // of the entries that are left, each with one waiter
  std::uint64_t next = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t dice = random.Below(5);
    if (dice < 2 || list.empty()) {
      const Instant at = At(Duration(static_cast<std::int64_t>(next)));
      list.push_back(queue.Add(next, 1, next, at));
      ++next;
    } else if (dice < 4) {
      const auto at = list.begin() + static_cast<std::ptrdiff_t>(random.Below(list.size()));
      queue.Leave(*at, queue[*at].enqueued);
      list.erase(at);
    } else {
      ASSERT_EQ(queue.TakeFront(NanosecondsOf(queue.front().enqueued)).key, list.front());
      list.pop_front();
    }
    ASSERT_EQ(queue.entries(), list.size());
    ASSERT_EQ(queue.bytes(), list.size());
    if (!list.empty()) {
      ASSERT_EQ(queue.front_id(), list.front());
      const std::size_t n = random.Below(list.size());
      ASSERT_EQ(queue.EnqueuedAt(n + 1), queue[list[n]].enqueued);
    }
  }
}

TEST(TimersTest, RingInTheOrderOfTimeThenOfSetting) {
  Timers timers;
  EXPECT_EQ(timers.next_at(), kNever);
  timers.Set(At(5ms), 1);
  timers.Set(At(3ms), 2);
  timers.Set(At(5ms), 3);
  timers.Set(At(4ms), 4);
  EXPECT_EQ(timers.next_at(), At(3ms));
  EXPECT_FALSE(timers.Take(At(3ms - 1ns)));
  std::vector<std::uint32_t> slots;
  while (const auto timer = timers.Take(At(5ms))) {
    slots.push_back(timer->slot);
  }
  EXPECT_THAT(slots, ElementsAre(2, 4, 1, 3));
  EXPECT_EQ(timers.next_at(), kNever);
}

TEST(TimersTest, TellEachTimerApart) {
  Timers timers;
  const auto first = timers.Set(At(1ms), 1);
  const auto second = timers.Set(At(1ms), 1);
  EXPECT_LT(first, second);
  EXPECT_GT(first, 0U) << "0 stands for no timer";
  EXPECT_EQ(timers.Take(At(1ms))->order, first);
  EXPECT_EQ(timers.Take(At(1ms))->order, second);
}

// The batches that leave by `now`.
std::vector<std::uint64_t> TakeAll(Wire& wire, Instant now) {
  std::vector<std::uint64_t> batches;
  while (const auto request = wire.Take(now)) {
    batches.push_back(request->batch);
  }
  return batches;
}

TEST(WireTest, IsFirstInFirstOutWithinItsConnections) {
  Wire wire({.max_connections = 2});
  EXPECT_EQ(wire.next_at(), kNever);
  for (std::uint64_t batch = 1; batch <= 3; ++batch) {
    wire.Offer({.batch = batch});
  }
  EXPECT_THAT(TakeAll(wire, At(1ms)), ElementsAre(1, 2));
  EXPECT_EQ(wire.next_at(), kNever) << "not before a connection is released";
  wire.Release();
  ASSERT_NE(wire.next_at(), kNever);
  EXPECT_LE(wire.next_at(), At(2ms));
  EXPECT_THAT(TakeAll(wire, At(2ms)), ElementsAre(3));
}

TEST(WireTest, SavesUpNoMoreThanItsBurst) {
  Wire wire({.rate_limit = ClientRateLimit{.rate_per_second = 1000, .burst = 3}});
  for (std::uint64_t batch = 1; batch <= 9; ++batch) {
    wire.Offer({.batch = batch});
  }
  EXPECT_THAT(TakeAll(wire, At(0ms)), ElementsAre(1, 2, 3));
  EXPECT_EQ(wire.next_at(), At(1ms));
  EXPECT_THAT(TakeAll(wire, At(1ms - 1ns)), ElementsAre());
  EXPECT_THAT(TakeAll(wire, At(1ms)), ElementsAre(4));
  EXPECT_THAT(TakeAll(wire, At(1s)), ElementsAre(5, 6, 7)) << "a long rest saves one burst";
  EXPECT_EQ(wire.next_at(), At(1001ms));
}

TEST(WireTest, SendingTakesTimeAndHoldsTheConnection) {
  Wire wire({.max_connections = 1, .cost = {.per_request = 1ms, .per_item = 1us}});
  wire.Offer({.batch = 1, .items = 5});
  wire.Offer({.batch = 2, .kind = RequestKind::kPoll, .items = 0});
  EXPECT_THAT(TakeAll(wire, At(10ms)), ElementsAre());
  EXPECT_EQ(wire.next_at(), At(11ms + 5us));
  EXPECT_THAT(TakeAll(wire, At(11ms + 5us)), ElementsAre(1));
  EXPECT_EQ(wire.next_at(), kNever);
  wire.Release();
  EXPECT_THAT(TakeAll(wire, At(20ms)), ElementsAre());
  EXPECT_THAT(TakeAll(wire, At(21ms)), ElementsAre(2));
}

TEST(WireTest, DropForgetsWhatWaitsAndFreesTheConnectionOfWhatWasBeingSent) {
  Wire wire({.max_connections = 1, .cost = {.per_request = 1ms}});
  wire.Offer({.batch = 1});
  wire.Offer({.batch = 2});
  wire.Offer({.batch = 3});
  EXPECT_THAT(TakeAll(wire, At(0ms)), ElementsAre());  // batch 1 is being sent
  wire.Drop(2);
  wire.Drop(1);
  EXPECT_THAT(TakeAll(wire, At(5ms)), ElementsAre());  // batch 3 starts
  EXPECT_THAT(TakeAll(wire, At(6ms)), ElementsAre(3));
  wire.Drop(3);  // has left: its reply frees the connection
  wire.Offer({.batch = 4});
  EXPECT_THAT(TakeAll(wire, At(9ms)), ElementsAre());
  wire.Release();
  EXPECT_THAT(TakeAll(wire, At(9ms)), ElementsAre());
  EXPECT_THAT(TakeAll(wire, At(10ms)), ElementsAre(4));
}

}  // namespace
}  // namespace batcher
