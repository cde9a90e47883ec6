#include "bench/hunt/draw.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "batcher/base/random.h"
#include "batcher/core/policy.h"
#include "batcher/flow/poll.h"

namespace hunt {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::FieldSpec;
using batcher::FieldUnit;
using batcher::Instant;
using batcher::kNever;
using batcher::QueueOptions;
using namespace std::chrono_literals;

// Draws of one seed, and which of its features are on.
class Drawing {
 public:
  explicit Drawing(std::uint64_t seed) : random_(seed, "hunt") {}

  [[nodiscard]] bool Coin(double share = 0.5) { return random_.Uniform() < share; }
  [[nodiscard]] std::size_t Count(std::size_t from, std::size_t to) {
    return from + random_.Below(to - from + 1);
  }
  // Each order of magnitude alike.
  [[nodiscard]] double Logarithmic(double from, double to) {
    return from * std::pow(to / from, random_.Uniform());
  }
  [[nodiscard]] Duration Time(Duration from, Duration to) {
    return OnGrid(Duration(std::llround(
        Logarithmic(static_cast<double>(from.count()), static_cast<double>(to.count())))));
  }
  // Up to the next multiple of the grid, so that many things happen at one time.
  [[nodiscard]] Duration OnGrid(Duration time) const {
    return grid == Duration(0) ? time : (time + grid - Duration(1)) / grid * grid;
  }
  [[nodiscard]] Duration Gap(Duration mean) {
    return OnGrid(
        Duration(std::llround(random_.Exponential() * static_cast<double>(mean.count()))));
  }
  [[nodiscard]] std::uint64_t Bits() { return random_.Bits(); }

  Duration grid{0};

 private:
  batcher::RandomStream random_;
};

// A value for each field of a kind, of the size that suits runs of a second.
Choice DrawChoice(Drawing& draw, const batcher::KindSpec& spec) {
  Choice choice(spec);
  for (const FieldSpec& field : spec.fields) {
    if (field.optional && draw.Coin()) {
      continue;
    }
    switch (field.unit) {
      case FieldUnit::kDuration: {
        const auto drawn = static_cast<double>(draw.Time(100us, 100ms).count());
        choice.Set(field.name, field.minimum == 0 && draw.Coin(0.1)
                                   ? 0
                                   : std::clamp(drawn, field.minimum, field.maximum));
        break;
      }
      case FieldUnit::kCount:
        choice.Set(field.name, static_cast<double>(draw.Count(1, 12)));
        break;
      case FieldUnit::kFlag:
        choice.Set(field.name, draw.Coin() ? 1 : 0);
        break;
      default:
        choice.Set(field.name, std::clamp(draw.Logarithmic(0.1, 4), std::max(field.minimum, 0.0),
                                          std::min(field.maximum, 4.0)));
    }
  }
  return choice;
}

Choice DrawPolicy(Drawing& draw) {
  const std::vector<batcher::PolicyKind>& kinds = batcher::PolicyKinds();
  return DrawChoice(draw, kinds[draw.Count(0, kinds.size() - 1)].spec);
}

Choice DrawPoll(Drawing& draw) {
  const std::vector<batcher::KindSpec>& kinds = batcher::PollKinds();
  while (true) {
    Choice poll = DrawChoice(draw, kinds[draw.Count(0, kinds.size() - 1)]);
    if (!batcher::PollProblem(poll)) {
      return poll;
    }
  }
}

QueueOptions DrawQueue(Drawing& draw) {
  QueueOptions queue;
  queue.policy = DrawPolicy(draw);
  queue.max_items = draw.Coin(0.2) ? 1000 : draw.Count(1, 16);
  queue.max_bytes = draw.Coin(0.3) ? std::optional(draw.Count(10, 100)) : std::nullopt;
  queue.max_in_flight = draw.Coin(0.7) ? std::optional(draw.Count(1, 4)) : std::nullopt;
  queue.max_queued = draw.Coin(0.65) ? 100'000 : draw.Count(1, 30);
  queue.overflow = static_cast<batcher::Overflow>(draw.Count(0, 2));
  queue.single_below = draw.Coin() ? 1 : draw.Count(2, 4);
  queue.dedup = draw.Coin(0.7);
  queue.join_in_flight = draw.Coin();
  return queue;
}

batcher::WireOptions DrawWire(Drawing& draw) {
  batcher::WireOptions wire;
  wire.poll = DrawPoll(draw);
  wire.retries = draw.Count(0, 4);
  wire.retry_budget = std::nullopt;
  if (draw.Coin()) {
    wire.retry_budget = {.reserve = static_cast<double>(draw.Count(1, 20)),
                         .share = draw.Coin() ? 0.2 : 0};
  }
  wire.backoff = draw.Coin(0.2) ? Duration(0) : draw.Time(100us, 50ms);
  wire.timeout = draw.Coin(0.3) ? 30s : draw.Time(2ms, 1s);
  wire.attempt_timeout = draw.Coin(0.3) ? 10s : draw.Time(1ms, 300ms);
  wire.isolation_requests = draw.Coin(0.3) ? draw.Count(2, 16) : 0;
  wire.max_connections = draw.Coin() ? 100 : draw.Count(1, 4);
  if (draw.Coin(0.25)) {
    wire.rate_limit = {.rate_per_second = draw.Logarithmic(20, 2000),
                       .burst = draw.Logarithmic(1, 10)};
  }
  wire.min_poll = draw.Coin(0.25) ? draw.Time(100us, 20ms) : Duration(0);
  if (draw.Coin(0.15)) {
    wire.max_credits = static_cast<double>(draw.Count(0, 200)) / 2;
  }
  if (draw.Coin(0.2)) {
    wire.cost = {.per_request = draw.Time(10us, 2ms), .per_item = draw.Time(1us, 100us)};
  }
  return wire;
}

Service DrawService(Drawing& draw) {
  Service service;
  service.seed = draw.Bits();
  service.takes = draw.Coin(0.1) ? Duration(0) : draw.Time(100us, 60ms);
  service.spread = draw.Coin() ? draw.Logarithmic(0.05, 1.5) : 0;
  service.per_item = draw.Coin() ? draw.Time(1us, 1ms) : Duration(0);
  service.pending = draw.Coin(0.6) ? draw.Logarithmic(0.2, 1) : 0;
  service.unknown = draw.Coin(0.8) ? draw.Logarithmic(0.05, 0.6) : 0;
  service.grid = draw.grid;
  if (draw.Coin(0.15)) {
    return service;  // One that does what it should.
  }
  for (double& share : service.faults) {
    share = draw.Coin(0.35) ? draw.Logarithmic(0.01, 0.6) : 0;
  }
  if (draw.Coin(0.7)) {
    service[Fault::kQuota] = 0;  // It ends all that follows.
  }
  return service;
}

std::vector<Call> DrawCalls(Drawing& draw) {
  const auto count = static_cast<std::size_t>(draw.Logarithmic(4, 200));
  const std::size_t keys = draw.Coin() ? std::numeric_limits<std::size_t>::max() - 1
                                       : static_cast<std::size_t>(draw.Logarithmic(1, 60));
  const Duration gap = draw.Time(20us, 10ms);
  const double bursty = draw.Coin() ? draw.Logarithmic(0.1, 0.9) : 0;  // share that come at once
  const double lull = draw.Coin(0.3) ? 0.05 : 0;
  const std::size_t bytes = draw.Coin(0.6) ? draw.Count(1, 40) : 0;
  const double hurried = draw.Coin(0.4) ? draw.Logarithmic(0.05, 1) : 0;
  const Duration patience = draw.Time(1ms, 300ms);
  const double fickle = draw.Coin(0.5) ? draw.Logarithmic(0.05, 1) : 0;
  const Duration leaves_after = draw.Time(100us, 150ms);
  const double waits = draw.Coin() ? draw.Logarithmic(0.1, 1) : 0;
  const double throws = draw.Coin(0.2) ? 0.2 : 0;
  const double asks_again = draw.Coin(0.3) ? draw.Logarithmic(0.1, 1) : 0;
  std::vector<Call> calls;
  Instant at{};
  Instant last_cancel{};
  for (std::size_t i = 0; i < count; ++i) {
    if (!draw.Coin(bursty)) {
      at += draw.Gap(gap);
    }
    at += draw.Coin(lull) ? draw.Gap(50 * gap) : Duration(0);
    Call call{.at = at, .key = draw.Count(0, keys)};
    call.bytes = bytes > 0 ? draw.Count(0, bytes) : 0;
    if (draw.Coin(hurried)) {
      call.deadline = at + draw.Gap(patience);
    }
    if (draw.Coin(fickle)) {
      call.cancel_at = last_cancel = std::max(last_cancel, at + draw.Gap(leaves_after));
    }
    call.can_wait = draw.Coin(waits);
    call.throws = draw.Coin(throws);
    call.asks_again = draw.Coin(asks_again);
    calls.push_back(call);
  }
  return calls;
}

std::vector<Order> DrawOrders(Drawing& draw, Instant last_call) {
  const double span =
      std::max<double>(static_cast<double>(last_call.time_since_epoch().count()), 1);
  const auto anywhen = [&](double up_to) {
    return Instant(draw.OnGrid(Duration(std::llround(span * up_to * draw.Logarithmic(1e-3, 1)))));
  };
  std::vector<Order> orders;
  for (std::size_t i = draw.Coin(0.3) ? draw.Count(1, 4) : 0; i > 0; --i) {
    orders.push_back({.at = anywhen(1.2), .kind = Order::Kind::kFlush});
  }
  for (std::size_t i = draw.Coin(0.25) ? draw.Count(1, 3) : 0; i > 0; --i) {
    orders.push_back({.at = anywhen(1), .kind = Order::Kind::kRetune, .queue = DrawQueue(draw)});
  }
  for (std::size_t i = draw.Coin(0.35) ? draw.Count(1, 2) : 0; i > 0; --i) {
    const Instant at =
        Instant(draw.OnGrid(Duration(std::llround(span * draw.Logarithmic(0.2, 1.4)))));
    const Duration limit = draw.Coin(0.3) ? Duration(0) : draw.Time(1ms, 2s);
    orders.push_back({.at = at, .kind = Order::Kind::kDrain, .deadline = at + limit});
  }
  std::ranges::stable_sort(orders, {}, &Order::at);
  return orders;
}

}  // namespace

Case Draw(std::uint64_t seed) {
  Drawing draw(seed);
  Case drawn{.seed = seed};
  drawn.world = draw.Coin() ? World::kCore : World::kFront;
  draw.grid = draw.Coin(0.3) ? 1ms : 0ms;
  drawn.options.queue = DrawQueue(draw);
  drawn.options.wire = DrawWire(draw);
  drawn.options.has_single = draw.Coin(0.7);
  drawn.options.seed = draw.Bits();
  drawn.service = DrawService(draw);
  drawn.calls = DrawCalls(draw);
  drawn.orders = DrawOrders(draw, drawn.calls.back().at);
  return drawn;
}

}  // namespace hunt
