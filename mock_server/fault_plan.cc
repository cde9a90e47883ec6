#include "mock_server/fault_plan.h"

#include <algorithm>
#include <string_view>

#include "batcher/base/check.h"

namespace mock_server {
namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using batcher::KindSpec;
using batcher::kNever;

// Apart from each other by more bits than polls of a batch, or attempts, are ever counted with.
constexpr unsigned kPollShift = 32;
// Longer chains of downtimes that touch are taken to have a gap, of no length: they might be
// endless.
constexpr int kMostJoined = 1000;

// What can be asked for where a kind leaves no choice.
AskedFor OnlyOneHit(FaultKind kind) {
  return kind == FaultKind::kLostJob ? AskedFor::kPoll : AskedFor::kSubmit;
}

std::array<bool, kAskedForNames.size()> HitsOf(const Choice& choice) {
  const FaultKind kind = FaultKindOf(choice);
  std::array<bool, kAskedForNames.size()> hits{};
  if (!choice.Has("on")) {
    hits.at(static_cast<std::size_t>(OnlyOneHit(kind))) = true;
    return hits;
  }
  const std::vector<std::string_view>& words =
      FaultKinds()[static_cast<std::size_t>(kind)].Find("on")->words;
  const std::size_t chosen = choice.Count("on");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto asked_for = std::ranges::find(kAskedForNames, words[i]) - kAskedForNames.begin();
    hits.at(static_cast<std::size_t>(asked_for)) = ((chosen >> i) & 1U) != 0;
  }
  return hits;
}

FaultTimes TimesOf(const Choice& choice) {
  return {.from = choice.Time("from"),
          .length = choice.TimeIfAny("for"),
          .every = choice.TimeIfAny("every")};
}

Fault FaultOf(const Choice& choice) {
  Fault fault{.kind = FaultKindOf(choice)};
  if (fault.kind == FaultKind::kStatus) {
    fault.status = static_cast<int>(choice.Count("status"));
    fault.retry_after = choice.TimeIfAny("retry_after");
    fault.html = choice.Number("html") != 0;
  } else if (fault.kind == FaultKind::kDrip) {
    fault.over = choice.Time("over");
  }
  return fault;
}

}  // namespace

bool FaultTimes::IsOn(Instant now) const { return NextOn(now) == now; }

Instant FaultTimes::NextOn(Instant now) const {
  const Instant first = batcher::At(from);
  if (now < first || !length || now == kNever) {
    return std::max(now, first);
  }
  if (!every) {
    return now - first < *length ? now : kNever;
  }
  const Duration within = (now - first) % *every;
  return within < *length ? now : now + (*every - within);
}

Instant FaultTimes::NextOff(Instant now) const {
  if (!length || every == length) {
    return kNever;
  }
  const Duration since = now - batcher::At(from);
  return now + (*length - (every ? since % *every : since));
}

FaultPlan::FaultPlan(const std::vector<Choice>& faults, std::uint64_t seed) {
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (FaultKindOf(faults[i]) == FaultKind::kRefused) {
      downtimes_.push_back(TimesOf(faults[i]));
      continue;
    }
    entries_.push_back({.fault = FaultOf(faults[i]),
                        .times = TimesOf(faults[i]),
                        .rate = faults[i].Number("rate"),
                        .hits = HitsOf(faults[i]),
                        .seed = batcher::Mix(seed) ^ batcher::Mix(i)});
  }
}

bool FaultPlan::CanHit(const Entry& entry, const FaultyRequest& request) {
  if (!entry.hits.at(static_cast<std::size_t>(request.asked_for))) {
    return false;
  }
  switch (entry.fault.kind) {
    case FaultKind::kNeverReady:
    case FaultKind::kNoId:
      return !request.has_answer;  // A batch that is answered at once is no job.
    default:
      return request.has_answer || !IsOfItems(entry.fault.kind);
  }
}

std::optional<Fault> FaultPlan::Find(const FaultyRequest& request, Instant now) const {
  for (const Entry& entry : entries_) {
    if (!CanHit(entry, request) || !entry.times.IsOn(now)) {
      continue;
    }
    const std::string_view purpose = kAskedForNames.at(static_cast<std::size_t>(request.asked_for));
    batcher::RandomStream random =
        batcher::KeyedStream(entry.seed, purpose, request.key.ordinal,
                             request.key.attempt | (request.poll << kPollShift));
    // A rate of 1 is above every draw, one of 0 above none.
    if (random.Uniform() < entry.rate) {
      Fault fault = entry.fault;
      fault.draw = random.Bits();
      return fault;
    }
  }
  return std::nullopt;
}

Instant FaultPlan::NextDown(Instant now) const {
  Instant next = kNever;
  for (const FaultTimes& down : downtimes_) {
    next = std::min(next, down.NextOn(now));
  }
  return next;
}

// Times that overlap or touch are one: at the end of one another may be on.
Instant FaultPlan::NextUp(Instant now) const {
  Instant up = now;
  for (int joined = 0; joined < kMostJoined && up != kNever; ++joined) {
    const auto down =
        std::ranges::find_if(downtimes_, [&](const FaultTimes& times) { return times.IsOn(up); });
    if (down == downtimes_.end()) {
      break;
    }
    up = down->NextOff(up);
  }
  return up;
}

}  // namespace mock_server
