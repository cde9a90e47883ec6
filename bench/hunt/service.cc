#include "bench/hunt/service.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace hunt {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::Outcome;
using batcher::RandomStream;
using batcher::ReplyKind;
using batcher::RequestKind;

bool Chance(RandomStream& random, double share) { return share > 0 && random.Uniform() < share; }

// Of some keys, one; all entries with it are meant, so that it does not matter which of two equal
// keys an item is handed to.
std::uint64_t AnyOf(std::span<const std::uint64_t> keys, RandomStream& random) {
  return keys[random.Below(keys.size())];
}

// What is refused for good, by errors that may be one entry's fault or not.
constexpr std::array kRefusals = {Outcome::kFailedStatus, Outcome::kFailedBadReply,
                                  Outcome::kFailedThrew, Outcome::kFailedUnreachable};

}  // namespace

Outcome ServiceModel::TruthOf(std::uint64_t key) const {
  const double place = static_cast<double>(batcher::Mix(key ^ service_.seed) >> 12U) * 0x1p-52;
  return place < service_.unknown ? Outcome::kNotFound : Outcome::kValue;
}

Instant ServiceModel::OnGrid(Instant at) const {
  const Duration grid = service_.grid;
  return grid == Duration(0) ? at
                             : Instant((at.time_since_epoch() + grid - Duration(1)) / grid * grid);
}

Plan ServiceModel::Serve(const batcher::Send& send, std::span<const std::uint64_t> keys,
                         std::uint64_t first_call, Instant now) {
  if (send.slot >= jobs_.size()) {
    jobs_.resize(send.slot + 1);
  }
  Job& job = jobs_[send.slot];
  if (job.batch != send.batch) {
    job = {.batch = send.batch};
  }
  RandomStream random = batcher::KeyedStream(service_.seed, "hunt", first_call, job.requests++);
  Plan plan{.at = now};
  if (healed_) {
    Answer(keys, random, plan);
    return plan;
  }
  const double stretch = service_.spread > 0 ? std::exp(service_.spread * random.Normal()) : 1;
  const auto items = static_cast<std::int64_t>(keys.size());
  const Duration takes =
      Duration(std::llround(static_cast<double>(service_.takes.count()) * stretch)) +
      items * service_.per_item;
  // To take a batch on, to look for it, or to fail takes a moment only.
  plan.at = OnGrid(now + takes / 8);
  if (Fail(send, random, plan)) {
    return plan;
  }
  if (send.kind == RequestKind::kSubmit && Chance(random, service_.pending)) {
    const bool stuck = Chance(random, service_[Fault::kStuck]);
    job.ready = plan.at + takes + (stuck ? std::chrono::seconds(2) : Duration(0));
    plan.kind = ReplyKind::kPending;
  } else if (send.kind == RequestKind::kPoll && job.ready > plan.at) {
    plan.kind = ReplyKind::kPending;
  } else {
    plan.at = send.kind == RequestKind::kPoll ? plan.at : OnGrid(now + takes);
    Answer(keys, random, plan);
  }
  return plan;
}

// Whether the request goes wrong as a whole.
bool ServiceModel::Fail(const batcher::Send& send, RandomStream& random, Plan& plan) {
  if (Chance(random, service_[Fault::kHang])) {
    plan.at = batcher::kNever;
    return true;
  }
  if (Chance(random, service_[Fault::kLate])) {
    plan.at = OnGrid(plan.at + attempt_timeout_ + Duration(random.Below(5'000'000)));
  }
  if (Chance(random, service_[Fault::kFailed])) {
    plan.kind = ReplyKind::kFailed;
    plan.status = random.Below(2) == 0 ? 503 : 0;
    plan.failure = plan.status == 0 ? Outcome::kFailedUnreachable : Outcome::kFailedStatus;
    if (Chance(random, service_[Fault::kRetryAfter])) {
      plan.retry_after = Duration(random.Below(50'000'000));
    }
    return true;
  }
  if (Chance(random, service_[Fault::kRefused])) {
    plan.kind = ReplyKind::kRefused;
    plan.status = 400;
    plan.failure = kRefusals[random.Below(kRefusals.size())];
    return true;
  }
  if (Chance(random, service_[Fault::kQuota])) {
    plan.kind = ReplyKind::kRefused;
    plan.status = 402;
    plan.failure = Outcome::kFailedQuota;
    return true;
  }
  if (send.kind == RequestKind::kPoll && Chance(random, service_[Fault::kLost])) {
    plan.kind = ReplyKind::kLost;
    plan.status = 404;
    return true;
  }
  return false;
}

void ServiceModel::Answer(std::span<const std::uint64_t> keys, RandomStream& random, Plan& plan) {
  plan.told.reserve(keys.size());
  for (const std::uint64_t key : keys) {
    plan.told.push_back(healed_ ? Outcome::kValue : TruthOf(key));
  }
  const auto tell = [&](std::uint64_t key, Outcome outcome) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      plan.told[i] = keys[i] == key ? outcome : plan.told[i];
    }
  };
  const auto occurs = [&](Fault fault) { return !healed_ && Chance(random, service_[fault]); };
  if (occurs(Fault::kItemFailed)) {
    tell(AnyOf(keys, random), Outcome::kFailedStatus);
  }
  if (occurs(Fault::kItemAbsurd)) {
    tell(AnyOf(keys, random), Outcome::kFailedBadReply);
  }
  const bool too_few = occurs(Fault::kTooFew);
  for (std::size_t n = too_few ? 1 + random.Below(keys.size()) : 0; n > 0; --n) {
    tell(AnyOf(keys, random), Outcome::kMissingResult);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (plan.told[i] != Outcome::kMissingResult) {
      plan.items.push_back({.entry = i, .outcome = plan.told[i]});
    }
  }
  const bool wrong_text = occurs(Fault::kWrongText);
  if (wrong_text) {
    const std::uint64_t key = AnyOf(keys, random);
    tell(key, Outcome::kMissingResult);
    for (Plan::Item& item : plan.items) {
      item.entry = keys[item.entry] == key ? Plan::kNobodys : item.entry;
    }
  }
  const bool too_many = occurs(Fault::kTooMany);
  for (std::size_t n = too_many ? 1 + random.Below(3) : 0; n > 0; --n) {
    const bool twice = !plan.items.empty() && random.Below(2) == 0;
    plan.items.push_back(twice ? plan.items[random.Below(plan.items.size())]
                               : Plan::Item{.entry = Plan::kNobodys});
  }
  if (occurs(Fault::kNameless) && !too_few && !too_many && !wrong_text) {
    plan.named = false;
  } else if (occurs(Fault::kShuffled)) {
    for (std::size_t i = plan.items.size(); i > 1; --i) {
      std::swap(plan.items[i - 1], plan.items[random.Below(i)]);
    }
  }
}

}  // namespace hunt
