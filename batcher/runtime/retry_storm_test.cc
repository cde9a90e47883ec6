// A service that breaks down gets no multiple of its usual load from those who ask again.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>

#include "batcher/runtime/virtual_world.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kCalls = 6000;
constexpr Duration kGap = 10ms;  // so it takes a minute
constexpr Duration kOutageBegins = 20s;
constexpr Duration kOutageEnds = 40s;

// Answers at once, fails one request of `one_in`, and everything during the outage.
class FailingService final : public VirtualService {
 public:
  explicit FailingService(std::size_t one_in) : one_in_(one_in) {}

  std::optional<VirtualReply> Serve(const Send& /*send*/, std::span<const Entry> /*entries*/,
                                    std::uint64_t /*first_call*/, Instant now) override {
    const bool out = now >= At(kOutageBegins) && now < At(kOutageEnds);
    const bool fails = out || ++requests_ % one_in_ == 0;
    during_outage += out ? 1U : 0U;
    VirtualReply reply;
    reply.at = now + 1ms;
    reply.reply = {.kind = fails ? ReplyKind::kFailed : ReplyKind::kAnswered,
                   .failure = Outcome::kFailedStatus,
                   .status = fails ? 503 : 200};
    return reply;
  }

  std::size_t during_outage = 0;

 private:
  std::size_t one_in_;
  std::size_t requests_ = 0;
};

class SteadyCalls {
 public:
  Instant next_at() const { return next_ == kCalls ? kNever : TimeOf(next_); }
  VirtualArrival Take() {
    const std::uint64_t call = next_++;
    return {.at = TimeOf(call), .call = call, .key = call};
  }
  static Instant TimeOf(std::uint64_t call) { return At(kGap * static_cast<Duration::rep>(call)); }

 private:
  std::uint64_t next_ = 0;
};

struct Told {
  std::size_t during_outage = 0;           // requests
  std::map<std::uint64_t, Outcome> ended;  // by call
};

Told RunWith(const std::optional<RetryBudgetOptions>& budget, std::size_t one_in) {
  EngineOptions options;
  options.queue.policy = UnbatchedPolicy();
  options.queue.max_in_flight = std::nullopt;
  options.wire.retries = 4;
  options.wire.retry_budget = budget;
  Engine engine(options);
  FailingService service(one_in);
  Told told;
  VirtualWorld world(engine, service, [&](const Effects& effects) {
    for (const EndedCall& call : effects.calls) {
      EXPECT_TRUE(told.ended.emplace(call.record.call, call.record.outcome).second);
    }
  });
  SteadyCalls calls;
  world.Run(calls);
  told.during_outage = service.during_outage;
  return told;
}

// Calls that were submitted from `begin` until before `end` and got no answer.
std::size_t FailedBetween(const Told& told, Duration begin, Duration end) {
  return static_cast<std::size_t>(std::ranges::count_if(told.ended, [&](const auto& ended) {
    const Instant at = SteadyCalls::TimeOf(ended.first);
    return at >= At(begin) && at < At(end) && !IsAnswered(ended.second);
  }));
}

constexpr std::size_t kCallsInOutage = (kOutageEnds - kOutageBegins) / kGap;
constexpr std::size_t kNeverByItself = 1'000'000;

TEST(RetryStormTest, WithoutABudgetAnOutageGetsFiveTimesTheRequests) {
  const Told told = RunWith(std::nullopt, kNeverByItself);
  EXPECT_GT(told.during_outage, kCallsInOutage * 48 / 10);
}

TEST(RetryStormTest, AnOutageGetsEachCallOnceAndTheReserve) {
  const Told told = RunWith(RetryBudgetOptions{}, kNeverByItself);
  EXPECT_LE(told.during_outage, kCallsInOutage + 100);
  EXPECT_EQ(told.ended.size(), kCalls);
  EXPECT_EQ(FailedBetween(told, kOutageEnds, 1min), 0U) << "each new call asks once";
}

TEST(RetryStormTest, FailuresNowAndThenAreAllRepeated) {
  const Told told = RunWith(RetryBudgetOptions{}, 10);
  EXPECT_EQ(told.ended.size(), kCalls);
  EXPECT_EQ(FailedBetween(told, 0s, kOutageBegins - 2s), 0U);
  EXPECT_EQ(FailedBetween(told, kOutageEnds + 1s, 1min), 0U) << "the reserve grows again";
}

}  // namespace
}  // namespace batcher
