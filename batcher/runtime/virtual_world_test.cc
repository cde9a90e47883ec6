#include "batcher/runtime/virtual_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

VirtualWorld::Arrivals ArriveAt(std::vector<Duration> times) {
  return [times, next = std::size_t{0}]() mutable -> std::optional<VirtualArrival> {
    if (next == times.size()) {
      return std::nullopt;
    }
    const std::uint64_t call = next++;
    return VirtualArrival{.at = At(times[call]), .call = call, .key = call};
  };
}

EngineOptions Natural() {
  EngineOptions options;
  options.queue.policy = NaturalPolicy();
  options.queue.max_in_flight = 1;
  return options;
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
  world.Run(ArriveAt({0ms, 5ms, 10ms}));
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
  world.Run(ArriveAt({0ms, 1s}));
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

}  // namespace
}  // namespace batcher
