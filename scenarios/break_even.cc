#include "scenarios/break_even.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/random.h"
#include "batcher/flow/poll.h"
#include "mock_server/latency.h"

namespace scenarios {
namespace {

using mock_server::Latency;

// The service takes no larger one.
constexpr std::size_t kLargestBatch = 1000;
constexpr std::size_t kDraws = 1000;
// Of the draws, the first poll of `expected` finds as many ready; see batcher::ReadyEstimate.
constexpr double kReadyAtFirstPoll = 0.8;

// The client's rate limit as the wire keeps it: see batcher::Wire.
class RateGate {
 public:
  explicit RateGate(const std::optional<batcher::ClientRateLimit>& limit) {
    if (limit) {
      const double interval_ns = 1e9 / limit->rate_per_second;
      interval_ = Duration(std::llround(interval_ns));
      tolerance_ = Duration(std::llround(interval_ns * (limit->burst - 1)));
    }
  }

  // When a request that wants to leave at `wanted` does.
  Instant Pass(Instant wanted) {
    const Instant leaves = std::max(wanted, paid_until_ - tolerance_);
    paid_until_ = std::max(paid_until_, leaves) + interval_;
    return leaves;
  }

 private:
  Duration interval_{0};
  Duration tolerance_{0};
  Instant paid_until_{};
};

Duration MeanOfSingle(const Scenario& scenario) {
  const double seconds = Latency(scenario.server.single).MeanSeconds();
  const double longest = batcher::ToSeconds(Latency::kLongestDraw);
  return Duration(std::llround(1e9 * std::min(seconds, longest)));
}

// How many single calls are under way at once, at most.
std::size_t PlacesOf(const Scenario& scenario, std::size_t addresses) {
  std::size_t places = std::min(addresses, scenario.client.max_connections);
  places = std::min(places, scenario.batcher.max_in_flight.value_or(places));
  return std::min(places, scenario.server.workers.value_or(places));
}

// The times of a batch of `addresses`, ascending.
std::vector<Duration> BatchTimes(const Scenario& scenario, std::size_t addresses) {
  const mock_server::ServiceOptions& server = scenario.server;
  const Latency base(server.batch_base);
  const std::optional<Latency> jitter =
      server.jitter ? std::optional<Latency>(*server.jitter) : std::nullopt;
  batcher::RandomStream bases(1, "break-even base");
  batcher::RandomStream factors(1, "break-even jitter");
  const Duration items = server.batch_per_item * static_cast<Duration::rep>(addresses);
  const auto longest = static_cast<double>(scenario.client.timeout.count());
  std::vector<Duration> times(kDraws);
  for (Duration& time : times) {
    const double plain = static_cast<double>((base.Draw(bases) + items).count());
    const double factor = jitter ? jitter->DrawRelative(factors) : 1;
    time = Duration(std::llround(std::min(plain * factor, longest)));
  }
  std::ranges::sort(times);
  return times;
}

// When polls are answered that begin after `accepted`, one after the other.
class Polls {
 public:
  Polls(const Scenario& scenario, Instant accepted, Duration ready, RateGate gate)
      : schedule_(scenario.client.poll),
        min_poll_(scenario.client.min_poll),
        cost_(scenario.client.cost.per_request),
        rtt_(scenario.rtt),
        history_{.accepted = accepted, .ready = ready},
        gate_(gate),
        replied_(accepted) {}

  // When the next poll reaches the service.
  Instant Next() {
    const Instant wanted =
        std::max(schedule_.Next(history_, replied_, jitter_), replied_ + min_poll_);
    const Instant there = gate_.Pass(wanted) + cost_ + rtt_ / 2;
    replied_ = there + (rtt_ - rtt_ / 2);
    ++history_.polls;
    return there;
  }
  // When its reply is back.
  [[nodiscard]] Instant replied() const { return replied_; }

 private:
  batcher::PollSchedule schedule_;
  batcher::RandomStream jitter_{1, "break_even"};
  Duration min_poll_;
  Duration cost_;
  Duration rtt_;
  batcher::PollHistory history_;
  RateGate gate_;
  Instant replied_;
};

}  // namespace

Duration AnsweredSingly(const Scenario& scenario, std::size_t addresses) {
  CHECK(addresses > 0);
  const batcher::SendCost& cost = scenario.client.cost;
  const Duration sending = cost.per_request + cost.per_item;
  const Duration service = MeanOfSingle(scenario) + scenario.rtt;
  std::vector<Instant> free_at(PlacesOf(scenario, addresses), Instant{});
  RateGate gate(scenario.client.rate_limit);
  Instant sender_free{};
  Instant last{};
  for (std::size_t k = 0; k < addresses; ++k) {
    Instant& place = free_at[k % free_at.size()];
    sender_free = gate.Pass(std::max(place, sender_free)) + sending;
    place = last = sender_free + service;
  }
  return last.time_since_epoch();
}

Duration AnsweredInOneBatch(const Scenario& scenario, std::size_t addresses) {
  CHECK(addresses > 0);
  const batcher::SendCost& cost = scenario.client.cost;
  RateGate gate(scenario.client.rate_limit);
  const Instant there = gate.Pass({}) + cost.per_request +
                        cost.per_item * static_cast<Duration::rep>(addresses) + scenario.rtt / 2;
  const std::vector<Duration> times = BatchTimes(scenario, addresses);
  const Duration back = scenario.rtt - scenario.rtt / 2;
  double sum_ns = 0;
  if (scenario.server.batch_mode == mock_server::BatchMode::kImmediate) {
    for (const Duration time : times) {
      sum_ns += static_cast<double>((there + time + back).time_since_epoch().count());
    }
  } else {
    const auto first = static_cast<std::size_t>(kReadyAtFirstPoll * kDraws);
    Polls polls(scenario, there + back, times[first], gate);
    Instant asked = polls.Next();
    for (const Duration time : times) {  // ascending: each goes on with the polls of the one before
      while (asked < there + time) {
        asked = polls.Next();
      }
      sum_ns += static_cast<double>(polls.replied().time_since_epoch().count());
    }
  }
  return Duration(std::llround(sum_ns / kDraws));
}

std::optional<std::size_t> BreakEven(const Scenario& scenario) {
  const std::size_t most = std::min(scenario.batcher.max_items, kLargestBatch);
  for (std::size_t addresses = 1; addresses <= most; ++addresses) {
    if (AnsweredInOneBatch(scenario, addresses) < AnsweredSingly(scenario, addresses)) {
      return addresses;
    }
  }
  return std::nullopt;
}

}  // namespace scenarios
