// Goal: exactly one outcome for each call, under every policy, limit, reply and order of events.
// Method: random options and random events, told to an engine by hand in virtual time: calls,
// cancels, flushes, retunes, a drain, and replies of every kind, some late, some twice, some never,
// some with results missing. Whether a key is found depends on the key, so that a neighbour's
// answer shows. A second engine, told which calls have equal keys instead of finding out, must do
// the same. Each seed is one run. Then every order of a few events, by copying the engine at each
// branch.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/core/engine.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

Duration RandomTime(RandomStream& random, Duration below) {
  return Duration(
      static_cast<std::int64_t>(random.Below(static_cast<std::uint64_t>(below.count()))));
}

QueueOptions RandomQueue(RandomStream& random) {
  QueueOptions queue;
  const std::optional<Duration> cap =
      random.Below(2) == 0 ? std::nullopt : std::optional(RandomTime(random, 20ms));
  const std::vector<Choice> policies = {
      UnbatchedPolicy(),
      NaturalPolicy(),
      WindowPolicy(RandomTime(random, 20ms)),
      TickPolicy(1ms + RandomTime(random, 20ms)),
      LingerPolicy(1 + random.Below(8), RandomTime(random, 20ms)),
      QuietPolicy(RandomTime(random, 5ms), RandomTime(random, 20ms)),
      CountPolicy(1 + random.Below(8)),
      BalancePolicy(RandomTime(random, 40ms), cap),
      BalanceRandomPolicy(RandomTime(random, 40ms), cap)};
  queue.policy = policies[random.Below(policies.size())];
  queue.max_items = 1 + random.Below(8);
  queue.max_bytes =
      random.Below(3) == 0 ? std::optional<std::size_t>(1 + random.Below(40)) : std::nullopt;
  queue.max_in_flight =
      random.Below(3) == 0 ? std::nullopt : std::optional<std::size_t>(1 + random.Below(3));
  queue.max_queued = 1 + random.Below(30);
  queue.overflow = static_cast<Overflow>(random.Below(3));
  queue.single_below = 1 + random.Below(4);
  queue.dedup = random.Below(3) != 0;
  queue.join_in_flight = random.Below(2) == 0;
  return queue;
}

EngineOptions RandomOptions(RandomStream& random) {
  EngineOptions options;
  options.queue = RandomQueue(random);
  const std::vector<Choice> polls = {
      ExpectedPoll(), FixedPoll(1ms + RandomTime(random, 9ms)),
      BackoffPoll(1ms + RandomTime(random, 9ms), 1 + random.Uniform(), 20ms),
      SchedulePoll(1ms + RandomTime(random, 9ms), 1.01 + random.Uniform())};
  options.wire.poll = polls[random.Below(polls.size())];
  options.wire.retries = random.Below(4);
  options.wire.isolation_requests = random.Below(2) == 0 ? random.Below(12) : 0;
  options.wire.backoff = RandomTime(random, 10ms);
  options.wire.timeout = 1ms + RandomTime(random, 200ms);
  options.wire.attempt_timeout = 1ms + RandomTime(random, 50ms);
  options.wire.max_connections = 1 + random.Below(5);
  if (random.Below(4) == 0) {
    options.wire.rate_limit = ClientRateLimit{.rate_per_second = 1 + 1000 * random.Uniform(),
                                              .burst = 1 + 3 * random.Uniform()};
  }
  options.wire.cost.per_request = RandomTime(random, 1ms);
  options.wire.min_poll = RandomTime(random, 3ms);
  if (random.Below(4) == 0) {
    options.wire.max_credits = 0.5 * static_cast<double>(random.Below(100));
  }
  options.has_single = random.Below(2) == 0;
  options.seed = random.Bits();
  return options;
}

// One run of one seed, with the books that the engine must agree with.
class Hunt {
 public:
  explicit Hunt(std::uint64_t seed)
      : random_(seed, "hunt"),
        options_(RandomOptions(random_)),
        engine_(options_),
        told_twins_(options_) {}

  void Run() {
    for (int step = 0; step < 150 && !::testing::Test::HasFailure(); ++step) {
      Advance(RandomTime(random_, 5ms));
      Step();
    }
    // Nothing more is said to it: its own time-outs must end every call.
    Advance(options_.wire.timeout + 1ms);
    EXPECT_EQ(engine_.live_calls(), 0U);
    EXPECT_EQ(engine_.queued_calls(), 0U);
    EXPECT_EQ(engine_.in_flight(), 0U);
    EXPECT_EQ(outcomes_.size(), submitted_);
    EXPECT_EQ(calls_of_batch_, batch_calls_);
    EXPECT_EQ(batch_calls_.size(), keys_of_batch_.size()) << "a batch has not ended";
  }

 private:
  void Step() {
    switch (random_.Below(12)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
        return Submit();
      case 5:
        return Tell(Cancel{.call = random_.Below(submitted_ + 2)});
      case 6:
        return random_.Below(4) == 0 ? Tell(Flush{}) : void();
      case 7:
        return random_.Below(8) == 0 ? Retune() : void();
      case 8:
        return random_.Below(30) == 0 ? Tell(Drain{.deadline = now_ + RandomTime(random_, 30ms)})
                                      : void();
      default:
        return Reply();
    }
  }

  void Submit() {
    Effects effects;
    batcher::Submit submit{
        .call = submitted_,
        .key = random_.Below(10),
        .bytes = random_.Below(20),
        .submitted = now_,
        .deadline = random_.Below(4) == 0 ? now_ - 1ms + RandomTime(random_, 100ms) : kNever,
        .can_wait = random_.Below(2) == 0};
    if (submit.deadline != kNever) {
      deadlines_.emplace(submitted_, std::max(now_, submit.deadline));
    }
    EXPECT_EQ(engine_.On(submit, now_, effects), submitted_);
    submit.twin = LatestTwin(submit.key);
    Effects same;
    told_twins_.On(submit, now_, same);
    ExpectSame(effects, same);
    if (options_.queue.dedup) {
      calls_of_key_[submit.key].push_back(submitted_);
    }
    ++submitted_;
    Take(effects);
  }

  CallId LatestTwin(std::uint64_t key) {
    std::vector<CallId>& calls = calls_of_key_[key];
    while (!calls.empty() && !told_twins_.Lives(calls.back())) {
      calls.pop_back();
    }
    return calls.empty() ? kNoCall : calls.back();
  }

  void ExpectSame(const Effects& effects, const Effects& same) const {
    if (join_retuned_ || two_entries_) {
      return;
    }
    ASSERT_EQ(effects.calls.size(), same.calls.size());
    for (std::size_t i = 0; i < same.calls.size(); ++i) {
      EXPECT_EQ(effects.calls[i].id, same.calls[i].id);
      EXPECT_EQ(effects.calls[i].last_of_entry, same.calls[i].last_of_entry);
      EXPECT_EQ(effects.calls[i].record.outcome, same.calls[i].record.outcome);
      EXPECT_EQ(effects.calls[i].record.batch, same.calls[i].record.batch);
      EXPECT_EQ(effects.calls[i].record.position, same.calls[i].record.position);
    }
    EXPECT_EQ(effects.batches.size(), same.batches.size());
    EXPECT_EQ(effects.dispatched.size(), same.dispatched.size());
    EXPECT_EQ(effects.sends.size(), same.sends.size());
    EXPECT_EQ(engine_.wake_at(), told_twins_.wake_at());
  }

  // A call that waited for room has an entry of its own, so that a key may have two: the index
  // knows the later one, whoever tells twins the one of the latest call.
  [[nodiscard]] static bool KeysMayHaveTwoEntries(const QueueOptions& queue) {
    return queue.overflow == Overflow::kWait;
  }

  void Retune() {
    const bool joined = options_.queue.join_in_flight;
    options_.queue = RandomQueue(random_);
    // From then on it may find a call in flight that the index has forgotten: it joins more.
    join_retuned_ = join_retuned_ || joined != options_.queue.join_in_flight;
    two_entries_ = two_entries_ || KeysMayHaveTwoEntries(options_.queue);
    Tell(batcher::Retune{.queue = options_.queue});
  }

  // To any request that was ever sent: most often to one that is open, at times to one that is not.
  void Reply() {
    if (sent_.empty()) {
      return;
    }
    const std::size_t back = random_.Below(std::min<std::size_t>(sent_.size(), 6));
    static constexpr std::array kKinds = {ReplyKind::kAnswered, ReplyKind::kAnswered,
                                          ReplyKind::kPending,  ReplyKind::kLost,
                                          ReplyKind::kFailed,   ReplyKind::kRefused};
    const Send& send = sent_[sent_.size() - 1 - back];
    open_.erase(send.request);
    std::vector<Outcome> items;
    for (std::uint32_t i = 0; i < send.count; ++i) {
      items.push_back(AnswerFor(keys_of_batch_.at(send.batch).at(send.first + i)));
    }
    items.resize(random_.Below(3) == 0 ? random_.Below(10) : items.size(), Outcome::kValue);
    Tell(batcher::Reply{.request = send.request,
                        .kind = kKinds[random_.Below(kKinds.size())],
                        .retry_after = random_.Below(4) == 0
                                           ? std::optional(RandomTime(random_, 10ms))
                                           : std::nullopt,
                        .items = items,
                        .sent = now_ - RandomTime(random_, 1ms),
                        .answered = now_ - RandomTime(random_, 1ms),
                        .replied = now_});
  }

  static Outcome AnswerFor(std::uint64_t key) {
    return key % 3 == 0 ? Outcome::kNotFound : Outcome::kValue;
  }

  template <class Event>
  void Tell(const Event& event) {
    Effects effects;
    engine_.On(event, now_, effects);
    Effects same;
    told_twins_.On(event, now_, same);
    ExpectSame(effects, same);
    Take(effects);
  }

  void Advance(Duration by) {
    const Instant until = now_ + by;
    int wakes = 0;
    while (engine_.wake_at() != kNever && engine_.wake_at() <= until) {
      now_ = std::max(now_, engine_.wake_at());
      std::erase_if(open_, [&](const auto& request) {
        return request.second + options_.wire.attempt_timeout <= now_;
      });
      Tell(Wake{});
      ASSERT_LT(++wakes, 100'000) << "the engine asks to be woken without end";
    }
    now_ = until;
  }

  void Take(const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      EXPECT_TRUE(outcomes_.emplace(ended.id, ended.record.outcome).second)
          << "call " << ended.id << " ended twice";
      ExpectAscending(ended.record);
      ExpectInTime(ended);
      if (ended.record.batch != kNoBatch) {
        ExpectInItsBatch(ended.record);
      }
    }
    for (const EndedBatch& ended : effects.batches) {
      EXPECT_TRUE(batch_calls_.emplace(ended.record.batch, ended.record.calls).second);
      EXPECT_EQ(ended.record.entries, keys_of_batch_.at(ended.record.batch).size());
      // It is woken whenever it wants to be.
      EXPECT_EQ(ended.record.timer_lag, Duration(0));
    }
    for (const Dispatched& dispatched : effects.dispatched) {
      std::vector<std::uint64_t>& keys = keys_of_batch_[dispatched.batch];
      for (const Entry& entry : engine_.EntriesOf(dispatched.slot)) {
        keys.push_back(entry.key);
      }
      EXPECT_LE(keys.size(), options_.queue.max_items);
    }
    for (const Send& send : effects.sends) {
      sent_.push_back(send);
      EXPECT_LE(send.first + send.count, keys_of_batch_.at(send.batch).size());
      EXPECT_GE(send.count, 1U);
      EXPECT_TRUE(open_.emplace(send.request, now_).second);
      EXPECT_LE(open_.size(), options_.wire.max_connections);
    }
    // A retune may leave more in flight than its limit; no dispatch may add to them.
    if (!effects.dispatched.empty() && options_.queue.max_in_flight) {
      EXPECT_LE(engine_.in_flight(), *options_.queue.max_in_flight);
    }
    EXPECT_LE(engine_.queued_entries(), engine_.queued_calls());
  }

  void ExpectInItsBatch(const CallRecord& call) {
    ++calls_of_batch_[call.batch];
    const std::vector<std::uint64_t>& keys = keys_of_batch_.at(call.batch);
    ASSERT_LT(call.position, keys.size());
    EXPECT_EQ(keys[call.position], call.key);
    if (call.outcome == Outcome::kValue || call.outcome == Outcome::kNotFound) {
      EXPECT_EQ(call.outcome, AnswerFor(call.key));
    }
  }

  // Woken whenever it wants to be, it answers nobody after the deadline.
  void ExpectInTime(const EndedCall& ended) const {
    const auto deadline = deadlines_.find(ended.id);
    if (deadline != deadlines_.end()) {
      EXPECT_LE(ended.record.delivered, deadline->second) << "call " << ended.id;
    } else {
      EXPECT_NE(ended.record.outcome, Outcome::kDeadlineExceeded) << "call " << ended.id;
    }
  }

  static void ExpectAscending(const CallRecord& call) {
    EXPECT_LE(call.intended, call.submitted);
    EXPECT_LE(call.submitted, call.due);
    EXPECT_LE(call.due, call.dispatched);
    EXPECT_LE(call.dispatched, call.sent);
    EXPECT_LE(call.sent, call.attempted);
    EXPECT_LE(call.attempted, call.answered);
    EXPECT_LE(call.answered, call.replied);
    EXPECT_LE(call.replied, call.delivered);
  }

  RandomStream random_;
  EngineOptions options_;
  Engine engine_;
  Engine told_twins_;
  std::map<std::uint64_t, std::vector<CallId>> calls_of_key_;  // submitted with dedup
  bool join_retuned_ = false;
  bool two_entries_ = KeysMayHaveTwoEntries(options_.queue);
  std::map<CallId, Instant> deadlines_;
  Instant now_;
  std::uint64_t submitted_ = 0;
  std::map<CallId, Outcome> outcomes_;
  std::map<std::uint64_t, std::uint32_t> calls_of_batch_;  // as the calls say
  std::map<std::uint64_t, std::uint32_t> batch_calls_;     // as the batches say
  std::map<std::uint64_t, std::vector<std::uint64_t>> keys_of_batch_;
  std::vector<Send> sent_;
  std::map<std::uint64_t, Instant> open_;  // requests, by when they were sent
};

TEST(OneOutcomeTest, HoldsUnderRandomEvents) {
  for (std::uint64_t seed = 0; seed < 30'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Hunt(seed).Run();
    if (HasFailure()) {
      return;
    }
  }
}

// A few events that happen in every order, a millisecond apart, the engine awake in between.
class EveryOrder {
 public:
  enum class Event {
    kSubmit,
    kSubmitTwin,
    kSubmitSoon,
    kCancelFirst,
    kFlush,
    kReply,
    kFail,
    kDrain
  };

  // How many orders were tried.
  std::size_t Try(const EngineOptions& options, const std::vector<Event>& events) {
    Branch({.engine = Engine(options)}, events);
    return orders_;
  }

 private:
  struct State {
    Engine engine;
    Instant now = {};
    std::uint64_t submitted = 0;
    std::vector<std::uint64_t> sent = {};
    std::map<CallId, int> ends = {};
  };

  void Branch(const State& state, const std::vector<Event>& left) {
    if (left.empty()) {
      State end = state;
      Advance(end, 1h);
      EXPECT_EQ(end.engine.live_calls(), 0U);
      EXPECT_EQ(end.ends.size(), end.submitted);
      ++orders_;
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (std::find(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(i), left[i]) !=
          left.begin() + static_cast<std::ptrdiff_t>(i)) {
        continue;  // the same event was tried in this place
      }
      State next = state;
      Apply(next, left[i]);
      Advance(next, 1ms);
      std::vector<Event> rest = left;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      Branch(next, rest);
    }
  }

  static void Apply(State& state, Event event) {
    switch (event) {
      case Event::kSubmit:
      case Event::kSubmitTwin:
      case Event::kSubmitSoon: {
        Effects effects;
        const std::uint64_t key = event == Event::kSubmitTwin ? 77 : state.submitted;
        state.engine.On(Submit{.call = state.submitted++,
                               .key = key,
                               .submitted = state.now,
                               .deadline = event == Event::kSubmitSoon ? state.now + 3ms : kNever,
                               .can_wait = true},
                        state.now, effects);
        return Take(state, effects);
      }
      case Event::kCancelFirst:
        return Tell(state, Cancel{.call = 0});
      case Event::kFlush:
        return Tell(state, Flush{});
      case Event::kReply:
      case Event::kFail: {
        if (state.sent.empty()) {
          return;
        }
        const std::vector<Outcome> items(10, Outcome::kValue);
        const ReplyKind kind = event == Event::kReply ? ReplyKind::kAnswered : ReplyKind::kRefused;
        return Tell(
            state,
            Reply{
                .request = state.sent.back(), .kind = kind, .items = items, .replied = state.now});
      }
      case Event::kDrain:
        return Tell(state, Drain{.deadline = state.now + 2ms});
    }
  }

  template <class Event>
  static void Tell(State& state, const Event& event) {
    Effects effects;
    state.engine.On(event, state.now, effects);
    Take(state, effects);
  }
  static void Advance(State& state, Duration by) {
    const Instant until = state.now + by;
    while (state.engine.wake_at() != kNever && state.engine.wake_at() <= until) {
      state.now = std::max(state.now, state.engine.wake_at());
      Tell(state, Wake{});
    }
    state.now = until;
  }
  static void Take(State& state, const Effects& effects) {
    for (const EndedCall& ended : effects.calls) {
      EXPECT_EQ(++state.ends[ended.id], 1) << "call " << ended.id;
    }
    for (const Send& send : effects.sends) {
      state.sent.push_back(send.request);
    }
  }

  std::size_t orders_ = 0;
};

TEST(OneOutcomeTest, HoldsInEveryOrderOfAFewEvents) {
  using Event = EveryOrder::Event;
  EngineOptions options;
  options.queue.max_in_flight = 1;
  options.queue.max_items = 2;
  options.wire.isolation_requests = 2;
  for (const Choice& policy :
       {WindowPolicy(2ms), NaturalPolicy(), TickPolicy(2ms), LingerPolicy(2, 2ms),
        QuietPolicy(1ms, 3ms), CountPolicy(2), BalancePolicy(2ms), BalanceRandomPolicy(2ms)}) {
    options.queue.policy = policy;
    options.queue.join_in_flight = policy.kind() != "natural";
    for (const Overflow overflow : {Overflow::kReject, Overflow::kShedOldest, Overflow::kWait}) {
      options.queue.overflow = overflow;
      options.queue.max_queued = overflow == Overflow::kReject ? 100 : 2;
      const std::size_t orders = EveryOrder().Try(
          options, {Event::kSubmit, Event::kSubmitTwin, Event::kSubmitTwin, Event::kSubmitSoon,
                    Event::kCancelFirst, Event::kReply, Event::kFail, Event::kDrain});
      EXPECT_EQ(orders, 8U * 7 * 6 * 5 * 4 * 3);  // 8! / 2!, as two of the events are the same
    }
  }
}

}  // namespace
}  // namespace batcher
