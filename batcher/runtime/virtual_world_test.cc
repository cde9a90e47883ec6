#include "batcher/runtime/virtual_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// Answers each request after the same time, or never.
class PlainService final : public VirtualService {
 public:
  explicit PlainService(std::optional<Duration> takes) : takes_(takes) {}
  std::optional<VirtualReply> Serve(const Send& /*send*/, std::span<const Entry> entries,
                                    std::uint64_t /*first_call*/, Instant now) override {
    sizes.push_back(entries.size());
    if (!takes_) {
      return std::nullopt;
    }
    return VirtualReply{.at = now + *takes_, .reply = {.kind = ReplyKind::kAnswered}};
  }
  std::vector<std::size_t> sizes;

 private:
  std::optional<Duration> takes_;
};

class ArriveAt {
 public:
  explicit ArriveAt(std::vector<Duration> times) : times_(std::move(times)) {}

  Instant next_at() const { return next_ == times_.size() ? kNever : At(times_[next_]); }
  VirtualArrival Take() {
    const std::uint64_t call = next_++;
    return {.at = At(times_[call]), .call = call, .key = call};
  }

 private:
  std::vector<Duration> times_;
  std::size_t next_ = 0;
};

EngineOptions Natural() {
  EngineOptions options;
  options.queue.policy = NaturalPolicy();
  options.queue.max_in_flight = 1;
  return options;
}

EngineOptions Window(Duration window) {
  EngineOptions options;
  options.queue.policy = WindowPolicy(window);
  return options;
}

// What the world told its sink, in order: '=' a batch was answered, '>' one left.
std::string Story(const EngineOptions& options, VirtualService& service,
                  const std::vector<Duration>& arrivals) {
  Engine engine(options);
  std::string story;
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    story.append(effects.batches.size(), '=');
    story.append(effects.dispatched.size(), '>');
  });
  ArriveAt calls(arrivals);
  world.Run(calls);
  return story;
}

TEST(VirtualWorldTest, ACallThatArrivesExactlyWhenTheWindowEndsJoins) {
  EngineOptions options;
  options.queue.policy = WindowPolicy(10ms);
  PlainService service(1ms);
  EXPECT_EQ(Story(options, service, {0ms, 10ms}), ">=");
  EXPECT_THAT(service.sizes, ElementsAre(2));
  EXPECT_EQ(Story(options, service, {0ms, 10ms + 1ns}), ">=>=");
  EXPECT_THAT(service.sizes, ElementsAre(2, 1, 1));
}

// The reply and the end of the second call's window are both at 21 ms: the slot is free by then.
TEST(VirtualWorldTest, AReplyComesBeforeATimerOfTheSameTime) {
  EngineOptions options;
  options.queue.policy = WindowPolicy(10ms);
  options.queue.max_in_flight = 1;
  PlainService service(11ms);
  Engine engine(options);
  std::vector<BatchRecord> batches;
  std::string order;  // of what happens at 21 ms
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    for (const EndedBatch& ended : effects.batches) {
      batches.push_back(ended.record);
    }
    if (world.now() == At(21ms)) {
      order.append(effects.batches.size(), '=').append(effects.dispatched.size(), '>');
    }
  });
  ArriveAt calls({0ms, 11ms});
  world.Run(calls);
  ASSERT_THAT(batches, SizeIs(2));
  EXPECT_EQ(batches[0].replied, At(21ms));
  EXPECT_EQ(batches[1].due, At(21ms));
  EXPECT_EQ(batches[1].dispatched, At(21ms));
  EXPECT_EQ(order, "=>");
}

TEST(VirtualWorldTest, RepliesOfTheSameTimeComeInTheOrderOfTheirRequests) {
  EngineOptions options;
  options.queue.policy = UnbatchedPolicy();
  options.queue.max_in_flight = std::nullopt;
  Engine engine(options);
  PlainService service(5ms);
  std::vector<std::uint64_t> ended;
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    for (const EndedCall& call : effects.calls) {
      ended.push_back(call.record.call);
    }
  });
  ArriveAt calls({0ms, 0ms, 0ms, 0ms});
  world.Run(calls);
  EXPECT_THAT(ended, ElementsAre(0, 1, 2, 3));
}

// At 10 ms the first batch is answered, a call comes, and the engine is due: the call joins the
// next batch.
TEST(VirtualWorldTest, AtEqualTimesRepliesComeBeforeCallsAndCallsBeforeTimers) {
  Engine engine(Natural());
  PlainService service(10ms);
  std::vector<CallRecord> calls;
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      calls.push_back(ended.record);
    }
  });
  ArriveAt arrivals({0ms, 5ms, 10ms});
  world.Run(arrivals);
  EXPECT_THAT(service.sizes, ElementsAre(1, 2));
  ASSERT_THAT(calls, SizeIs(3));
  EXPECT_EQ(calls[2].dispatched, At(10ms));
  EXPECT_EQ(world.now(), At(20ms));
}

TEST(VirtualWorldTest, RunsUntilTheLastCallHasItsOutcomeEvenIfNobodyAnswers) {
  EngineOptions options = Natural();
  options.wire.timeout = 7s;
  Engine engine(options);
  PlainService service(std::nullopt);
  std::size_t ended = 0;
  VirtualWorld world(engine, service,
                     [&](const Effects& effects) { ended += effects.calls.size(); });
  ArriveAt calls({0ms, 1s});
  world.Run(calls);
  EXPECT_EQ(ended, 2U);
  EXPECT_EQ(engine.live_calls(), 0U);
  EXPECT_GE(world.now(), At(8s));
}

TEST(VirtualWorldTest, CanBeStoppedAndToldOfEvents) {
  EngineOptions options;
  options.queue.policy = WindowPolicy(1h);
  Engine engine(options);
  PlainService service(1ms);
  VirtualWorld world(engine, service, [](const Effects&) {});
  world.Tell(Submit{.key = 1, .submitted = world.now()});
  world.RunUntil(At(5s));
  EXPECT_EQ(world.now(), At(5s));
  EXPECT_EQ(engine.live_calls(), 1U);
  world.Tell(Flush{});
  world.RunUntil(At(6s));
  EXPECT_EQ(engine.live_calls(), 0U);
}

// Calls as they are given.
class Arrive {
 public:
  explicit Arrive(std::vector<VirtualArrival> calls) : calls_(std::move(calls)) {}

  Instant next_at() const { return next_ == calls_.size() ? kNever : calls_[next_].at; }
  VirtualArrival Take() { return calls_[next_++]; }
  std::size_t taken() const { return next_; }

 private:
  std::vector<VirtualArrival> calls_;
  std::size_t next_ = 0;
};

// Nothing happens of itself before the window ends, but for the calls that bring times of their
// own.
TEST(VirtualWorldTest, ADeadlineAndACancelAreHeardBetweenCallsThatHaveNone) {
  Engine engine(Window(100ms));
  PlainService service(std::nullopt);
  std::vector<CallRecord> calls;
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      calls.push_back(ended.record);
    }
  });
  Arrive arrivals({{.at = At(1ms), .key = 1},
                   {.at = At(2ms), .key = 2, .deadline = At(5ms)},
                   {.at = At(6ms), .key = 3},
                   {.at = At(7ms), .key = 4, .cancel_at = At(8ms)},
                   {.at = At(20ms), .key = 5}});
  world.Run(arrivals, At(20ms));
  ASSERT_THAT(calls, SizeIs(2));
  EXPECT_EQ(calls[0].delivered, At(5ms));
  EXPECT_EQ(calls[1].delivered, At(8ms));
}

TEST(VirtualWorldTest, RunsUpToATimeAndGoesOnFromThere) {
  Engine engine(Window(100ms));
  PlainService service(1ms);
  VirtualWorld world(engine, service, [](const Effects&) {});
  Arrive arrivals(
      {{.at = At(1ms), .key = 1}, {.at = At(3ms), .key = 2}, {.at = At(5ms), .key = 3}});
  world.Run(arrivals, At(4ms));
  EXPECT_EQ(world.now(), At(4ms));
  EXPECT_EQ(arrivals.taken(), 2U);
  world.Tell(Flush{});
  world.Run(arrivals);
  EXPECT_EQ(engine.live_calls(), 0U);
  EXPECT_THAT(service.sizes, ElementsAre(2, 1));
}

TEST(VirtualWorldTest, StopsWhenItsSinkHasSeenEnough) {
  Engine engine(Natural());
  PlainService service(1ms);
  VirtualWorld* stopped = nullptr;
  VirtualWorld world(engine, service, [&](const Effects&) { stopped->Stop(); });
  stopped = &world;
  ArriveAt arrivals({1ms, 2ms, 3ms});
  world.Run(arrivals);
  EXPECT_EQ(world.now(), At(1ms));
  EXPECT_EQ(engine.live_calls(), 1U);
}

// Calls at 0 and 4 ms wait in the queue until 10 ms, together 16 ms, and then 5 ms for the service.
TEST(VirtualWorldTest, AddsUpHowManyWereWhereOverTime) {
  EngineOptions options;
  options.queue.policy = WindowPolicy(10ms);
  Engine engine(options);
  PlainService service(5ms);
  VirtualWorld world(engine, service, [](const Effects&) {});
  ArriveAt arrivals({0ms, 4ms});
  world.Run(arrivals);
  EXPECT_EQ(world.occupancy(),
            (Occupancy{.calls = 26'000'000, .queued = 16'000'000, .in_flight = 5'000'000}));
}

// What came of a run with late timers.
struct LateRun {
  std::vector<CallRecord> calls;
  std::vector<BatchRecord> batches;
};

LateRun RunLate(const EngineOptions& options, Duration timer_lag, VirtualService& service,
                const std::vector<Duration>& arrivals) {
  Engine engine(options);
  LateRun run;
  const auto sink = [&](const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      run.calls.push_back(ended.record);
    }
    for (const EndedBatch& ended : effects.batches) {
      run.batches.push_back(ended.record);
    }
  };
  VirtualWorld world(engine, service, sink, timer_lag);
  ArriveAt calls(arrivals);
  world.Run(calls);
  return run;
}

TEST(TimerLagTest, ACallComesLateAndItsWindowEndsLate) {
  PlainService service(5ms);
  const LateRun run = RunLate(Window(10ms), 1ms, service, {3ms});
  ASSERT_THAT(run.calls, SizeIs(1));
  const CallRecord& call = run.calls[0];
  EXPECT_EQ(call.intended, At(3ms));
  EXPECT_EQ(call.submitted, At(4ms));
  EXPECT_EQ(call.due, At(14ms));
  EXPECT_EQ(call.dispatched, At(15ms));
  EXPECT_EQ(call.delivered, At(20ms)) << "nobody sleeps for a reply";
  EXPECT_EQ(run.batches.at(0).timer_lag, 1ms);
}

TEST(TimerLagTest, WhatIsDueAtOnceIsNotLate) {
  PlainService service(5ms);
  const LateRun run = RunLate(Natural(), 1ms, service, {0ms, 2ms});
  ASSERT_THAT(run.calls, SizeIs(2));
  EXPECT_EQ(run.calls[0].submitted, At(1ms));
  EXPECT_EQ(run.calls[0].dispatched, At(1ms));
  EXPECT_EQ(run.calls[1].submitted, At(3ms));
  EXPECT_EQ(run.calls[1].dispatched, At(6ms)) << "when the reply frees the slot";
}

// The window of the first call, submitted at 1 ms, ends at 11 ms; the world wakes at 12 ms.
TEST(TimerLagTest, ACallThatComesWhileTheWorldOversleepsJoinsAndDoesNotWakeIt) {
  PlainService service(1ms);
  const LateRun run = RunLate(Window(10ms), 1ms, service, {0ms, 10ms + 500us, 11ms});
  EXPECT_THAT(service.sizes, ElementsAre(3));
  EXPECT_EQ(run.batches.at(0).dispatched, At(12ms));
  PlainService other(1ms);
  RunLate(Window(10ms), 1ms, other, {0ms, 10ms + 500us, 11ms + 1ns});
  EXPECT_THAT(other.sizes, ElementsAre(2, 1));
}

TEST(TimerLagTest, ACallThatFillsTheBatchWakesIt) {
  EngineOptions options = Window(10ms);
  options.queue.max_items = 3;
  PlainService service(1ms);
  const LateRun run = RunLate(options, 1ms, service, {0ms, 10ms + 200us, 10ms + 500us});
  EXPECT_THAT(service.sizes, ElementsAre(3));
  EXPECT_EQ(run.batches.at(0).dispatched, At(11ms + 500us));
}

// The second window, of the call submitted at 5 ms, ends at 7 ms, the world would wake at 8 ms. The
// reply to the first batch comes in between, at its two ends, or outside.
TEST(TimerLagTest, AReplyThatComesWhileTheWorldOversleepsWakesIt) {
  const auto second_dispatched = [](Duration reply_at) {
    PlainService service(reply_at - 4ms);  // the first batch leaves at 4 ms
    const LateRun run = RunLate(Window(2ms), 1ms, service, {0ms, 4ms});
    EXPECT_EQ(run.batches.at(0).dispatched, At(4ms));
    EXPECT_EQ(run.batches.at(0).replied, At(reply_at));
    return run.batches.at(1).dispatched;
  };
  EXPECT_EQ(second_dispatched(7ms - 1ns), At(8ms)) << "it was awake, and slept again";
  EXPECT_EQ(second_dispatched(7ms), At(7ms));
  EXPECT_EQ(second_dispatched(7ms + 1ns), At(7ms + 1ns));
  EXPECT_EQ(second_dispatched(8ms), At(8ms));
  EXPECT_EQ(second_dispatched(8ms + 1ns), At(8ms));
}

TEST(TimerLagTest, SendingIsNoSleep) {
  EngineOptions options = Natural();
  options.queue.max_in_flight = 3;
  options.wire.cost = {.per_request = 10ms};
  PlainService service(1ms);
  const LateRun run = RunLate(options, 1ms, service, {0ms, 1ms, 2ms});
  ASSERT_THAT(run.batches, SizeIs(3));
  EXPECT_EQ(run.batches[0].sent, At(11ms));
  EXPECT_EQ(run.batches[1].sent, At(21ms));
  EXPECT_EQ(run.batches[2].sent, At(31ms));
}

// The window of the second call ends while the first batch is sent, from 4 ms on: what sends wakes
// when it is done, unless its late timer comes first.
TEST(TimerLagTest, ATimerThatEndsWhileSomethingIsSentIsHeardAtTheEndOfThat) {
  const auto second_dispatched = [](Duration cost) {
    EngineOptions options = Window(2ms);
    options.wire.cost = {.per_request = cost};
    PlainService service(1s);
    return RunLate(options, 1ms, service, {0ms, 4ms}).batches.at(1).dispatched;
  };
  EXPECT_EQ(second_dispatched(3ms), At(7ms)) << "the window ends with the sending";
  EXPECT_EQ(second_dispatched(3ms + 1ns), At(7ms + 1ns));
  EXPECT_EQ(second_dispatched(4ms), At(8ms));
  EXPECT_EQ(second_dispatched(4ms + 1ns), At(8ms));
}

TEST(TimerLagTest, OfNothingChangesNothing) {
  PlainService service(5ms);
  const LateRun run = RunLate(Window(10ms), 0ms, service, {3ms});
  EXPECT_EQ(run.calls.at(0).intended, At(3ms));
  EXPECT_EQ(run.calls.at(0).submitted, At(3ms));
  EXPECT_EQ(run.calls.at(0).dispatched, At(13ms));
  EXPECT_EQ(run.batches.at(0).timer_lag, 0ms);
}

}  // namespace
}  // namespace batcher
