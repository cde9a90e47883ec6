#include "bench/service_probes.h"

#include <algorithm>

#include "results/lib/service_fit.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::ReplyKind;
using batcher::RequestKind;
using batcher::RequestRecord;

constexpr Duration kShortest{1};

bool IsPendingPoll(const RequestRecord& request) {
  return request.kind == RequestKind::kPoll && request.reply == ReplyKind::kPending;
}

// The request with which the service took the probe on.
const RequestRecord* AttemptOf(const SentProbe& probe) {
  const RequestRecord* attempt = nullptr;
  for (const RequestRecord& request : probe.requests) {
    if (request.kind != RequestKind::kPoll &&
        (request.reply == ReplyKind::kAnswered || request.reply == ReplyKind::kPending)) {
      attempt = &request;
    }
  }
  return attempt;
}

}  // namespace

std::optional<results::Interval> RoundTripOf(std::span<const SentProbe> probes) {
  std::vector<double> ms;
  for (const SentProbe& probe : probes) {
    for (const RequestRecord& request : probe.requests) {
      if (IsPendingPoll(request)) {
        ms.push_back(batcher::ToMilliseconds(request.duration));
      }
    }
  }
  return ms.empty() ? std::nullopt : std::optional(results::MedianInterval(ms));
}

std::optional<ReadyTime> ReadyTimeOf(const SentProbe& probe, Duration round_trip) {
  const RequestRecord* const attempt = AttemptOf(probe);
  if (attempt == nullptr || probe.outcome != batcher::Outcome::kValue) {
    return std::nullopt;
  }
  ReadyTime ready{.sent = attempt->sent, .replied = attempt->sent + attempt->duration};
  if (attempt->reply == ReplyKind::kAnswered) {
    ready.before = std::max(attempt->duration - round_trip, kShortest);
    ready.after = ready.before;
    return ready;
  }
  ready.pending = true;
  const Instant start = attempt->sent + round_trip / 2;
  for (const RequestRecord& request : probe.requests) {
    if (request.kind != RequestKind::kPoll || request.sent < attempt->sent) {
      continue;
    }
    ++ready.polls;
    if (IsPendingPoll(request)) {
      ready.after = std::max(request.sent + request.duration / 2 - start, Duration(0));
    } else if (request.reply == ReplyKind::kAnswered) {
      ready.before = request.sent + std::min(request.duration, round_trip) / 2 - start;
      ready.replied = request.sent + request.duration;
    }
  }
  ready.before = std::max({ready.before, ready.after, kShortest});
  return ready;
}

}  // namespace bench
