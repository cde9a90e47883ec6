#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "batcher/core/engine.h"
#include "batcher/runtime/virtual_world.h"
#include "bench/hunt/run.h"
#include "bench/hunt/service.h"
#include "results/lib/littles_law.h"

// The world of every simulation: VirtualWorld tells the engine of calls, replies and timers.

namespace hunt {
namespace {

using batcher::Instant;
using batcher::kNever;

// The service, as VirtualWorld asks it. What it plans is kept until the watch has seen the request.
class CoreService final : public batcher::VirtualService {
 public:
  explicit CoreService(const Case& run) : model_(run.service, run.options.wire.attempt_timeout) {}

  std::optional<batcher::VirtualReply> Serve(const batcher::Send& send,
                                             std::span<const batcher::Entry> entries,
                                             std::uint64_t first_call, Instant now) override {
    keys_.clear();
    for (const batcher::Entry& entry : entries) {
      keys_.push_back(entry.key);
    }
    Plan plan = model_.Serve(send, keys_, first_call, now);
    std::optional<batcher::VirtualReply> reply;
    if (plan.at != kNever) {
      reply = batcher::VirtualReply{.at = plan.at,
                                    .reply = {.kind = plan.kind,
                                              .failure = plan.failure,
                                              .status = plan.status,
                                              .retry_after = plan.retry_after,
                                              .answered = plan.at},
                                    .items = plan.told};
      CutMissing(plan, reply->items);
    }
    planned.emplace_back(send, std::move(plan));
    return reply;
  }

  void Heal() { model_.Heal(); }

  std::vector<std::pair<batcher::Send, Plan>> planned;

 private:
  // Results that are missing at the end may simply not be there; results too many are.
  static void CutMissing(const Plan& plan, std::vector<batcher::Outcome>& items) {
    while (items.size() > 1 && items.back() == batcher::Outcome::kMissingResult) {
      items.pop_back();
    }
    if (items.size() == plan.told.size() && plan.items.size() > plan.told.size()) {
      items.resize(plan.items.size(), batcher::Outcome::kValue);
    }
  }

  ServiceModel model_;
  std::vector<std::uint64_t> keys_;
};

// Calls as VirtualWorld takes them. It asks for the next one between any two events: the moment to
// look at the engine.
class CoreCalls {
 public:
  CoreCalls(const Case& run, const batcher::Engine& engine, Watch& watch)
      : count_(run.calls.size()), engine_(engine), watch_(watch) {}

  void SetWorld(batcher::VirtualWorld& world) { world_ = &world; }
  void Append() { ++count_; }

  Instant next_at() {
    watch_.Rest(engine_, world_->now());
    if (watch_.broken()) {
      world_->Stop();
      return kNever;
    }
    return next_ == count_ ? kNever : watch_.CallOf(next_).at;
  }

  batcher::VirtualArrival Take() {
    const Call& call = watch_.CallOf(next_);
    watch_.Hand(next_, call.at);
    return {.at = call.at,
            .call = next_++,
            .key = call.key,
            .bytes = call.bytes,
            .deadline = call.deadline,
            .cancel_at = call.cancel_at,
            .can_wait = call.can_wait};
  }

 private:
  std::uint64_t count_;
  std::uint64_t next_ = 0;
  const batcher::Engine& engine_;
  Watch& watch_;
  batcher::VirtualWorld* world_ = nullptr;
};

void Obey(const Order& order, batcher::VirtualWorld& world, Watch& watch, Tally& tally) {
  switch (order.kind) {
    case Order::Kind::kFlush:
      tally.Add(Happened::kFlushes);
      return world.Tell(batcher::Flush{});
    case Order::Kind::kRetune:
      tally.Add(Happened::kRetunes);
      watch.Retune(order.queue);
      return world.Tell(batcher::Retune{.queue = order.queue});
    case Order::Kind::kDrain:
      tally.Add(Happened::kDrains);
      watch.Drain(order.deadline, order.at);
      return world.Tell(batcher::Drain{.deadline = order.deadline});
  }
}

// What the watch has seen of the time that calls and batches stayed agrees with the world's.
void DemandLittlesLaw(const batcher::VirtualWorld& world, Watch& watch) {
  batcher::Occupancy stays;
  for (const batcher::CallRecord& call : watch.ledger().calls) {
    results::AddStay(call, stays);
  }
  for (const batcher::BatchRecord& batch : watch.ledger().batches) {
    results::AddStay(batch, stays);
  }
  for (const std::string& sentence : results::LittlesLawViolations(world.occupancy(), stays)) {
    watch.Break("little's law", sentence);
  }
}

}  // namespace

void RunCore(const Case& run, Watch& watch, Tally& tally) {
  batcher::Engine engine(run.options);
  CoreService service(run);
  CoreCalls calls(run, engine, watch);
  batcher::VirtualWorld* world_at = nullptr;
  const auto sink = [&](const batcher::Effects& effects) {
    watch.See(effects, engine, world_at->now());
    for (const auto& [send, plan] : service.planned) {
      watch.Expect(send, plan, world_at->now());
    }
    service.planned.clear();
    if (watch.broken()) {
      world_at->Stop();
    }
  };
  batcher::VirtualWorld world(engine, service, sink);
  world_at = &world;
  calls.SetWorld(world);
  for (const Order& order : run.orders) {
    world.Run(calls, order.at);
    if (watch.broken()) {
      return;
    }
    Obey(order, world, watch, tally);
  }
  world.Run(calls);
  if (!watch.broken() && !watch.draining()) {
    service.Heal();
    const Instant at = world.now() + kRestBeforeLastCall;
    const std::uint64_t number = watch.Add(LastCall(at));
    calls.Append();
    world.Run(calls, at);
    world.Tell(batcher::Flush{});
    world.Run(calls);
    DemandLastCall(run, number, watch);
  }
  if (!watch.broken()) {
    watch.End(engine, false);
    DemandLittlesLaw(world, watch);
  }
}

}  // namespace hunt
