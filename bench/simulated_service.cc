#include "bench/simulated_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "batcher/base/check.h"
#include "bench/concluded.h"
#include "mock_server/geocoder.h"
#include "mock_server/spoil.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;
using batcher::VirtualReply;
using mock_server::Fault;
using mock_server::FaultKind;

// The service takes no larger batch.
constexpr std::size_t kMaxBatch = 1000;

VirtualReply ReplyAt(Instant at, batcher::Reply reply) { return {.at = at, .reply = reply}; }

}  // namespace

SimulatedService::SimulatedService(const scenarios::Scenario& scenario,
                                   const scenarios::KeyStream& keys)
    : service_(scenario.server, scenario.seed),
      keys_(keys),
      every_key_known_(scenario.keys.kind() != "file"),
      there_(scenario.rtt / 2),
      back_(scenario.rtt - scenario.rtt / 2),
      late_(scenario.timer_lag),
      patience_(scenario.client.attempt_timeout),
      unknown_id_status_(scenario.server.unknown_id_status),
      next_down_(service_.plan().NextDown(Instant())) {}

std::optional<VirtualReply> SimulatedService::Serve(const batcher::Send& send,
                                                    std::span<const batcher::Entry> entries,
                                                    std::uint64_t first_call, Instant now) {
  if (send.slot >= jobs_.size()) {
    jobs_.resize(send.slot + 1);
  }
  const Asked asked{
      .send = send, .entries = entries, .first_call = first_call, .arrives = now + there_};
  if (send.kind == RequestKind::kSubmit && entries.size() > kMaxBatch) {
    return ReplyAt(asked.arrives + back_, {.kind = ReplyKind::kRefused, .status = 400});
  }
  if (service_.plan().empty()) {
    return ReplyOf(asked, Ask(asked).served);
  }
  return ServeFaulty(asked, now);
}

// A poll costs nothing, so the client repeats it at once where a kept connection turns out to be
// closed: that may have been so before the poll was sent.
std::optional<VirtualReply> SimulatedService::ServeFaulty(const Asked& asked, Instant now) {
  if (next_down_ <= now) {
    connections_.CloseAll();
    next_down_ = service_.plan().NextDown(service_.plan().NextUp(now));
  }
  const bool kept = connections_.Take(now);
  Exchange exchange = ExchangeWhileUp(asked);
  if (exchange.wordless && kept && asked.send.kind == RequestKind::kPoll) {
    const Instant broke_at = exchange.reply->at;
    exchange = ExchangeWhileUp(asked);
    if (exchange.reply) {
      exchange.reply->at += broke_at - now;
    }
  }
  const Instant given_up = now + patience_;
  const Instant ends = exchange.reply ? std::min(exchange.reply->at, given_up) : given_up;
  connections_.GiveBack(ends, !exchange.broke && ends < given_up);
  return std::move(exchange.reply);
}

SimulatedService::Exchange SimulatedService::ExchangeWhileUp(const Asked& asked) {
  const Instant down = service_.plan().NextDown(asked.arrives);
  Exchange ended{.reply = ReplyAt(down == batcher::kNever ? down : down + back_, Unreachable()),
                 .broke = true};
  if (down <= asked.arrives) {
    return ended;
  }
  Exchange exchange = ExchangeFor(asked);
  const bool cut_off =
      down != batcher::kNever && (!exchange.reply || exchange.reply->at > ended.reply->at);
  return cut_off ? ended : exchange;
}

mock_server::FaultyServed SimulatedService::Ask(const Asked& asked) {
  const mock_server::DrawKey key{.ordinal = asked.first_call, .attempt = asked.send.attempt};
  mock_server::Job& job = jobs_[asked.send.slot];
  switch (asked.send.kind) {
    case RequestKind::kSingle:
      return service_.Single(key, asked.arrives);
    case RequestKind::kSubmit: {
      mock_server::FaultyServed answer = service_.Batch(asked.entries.size(), key, asked.arrives);
      job = {.ready = answer.served.ready, .key = key};
      return answer;
    }
    case RequestKind::kPoll:
      break;
  }
  return service_.Poll(&job, asked.arrives);
}

SimulatedService::Exchange SimulatedService::ExchangeFor(const Asked& asked) {
  const mock_server::FaultyServed answer = Ask(asked);
  const Instant at_once = asked.arrives + back_;
  if (answer.fault && IsInPlaceOfService(*answer.fault)) {
    switch (answer.fault->kind) {
      case FaultKind::kHang:
        return {.reply = std::nullopt, .broke = true};
      case FaultKind::kStatus:
        return {.reply = ReplyAt(at_once, Concluded(asked.send.kind, ReplyInPlace(*answer.fault)))};
      default:
        return {.reply = ReplyAt(at_once, Unreachable()), .broke = true, .wordless = true};
    }
  }
  if (answer.unknown_job) {
    return {.reply = ReplyAt(at_once, Concluded(asked.send.kind,
                                                mock_server::ErrorReply(unknown_id_status_, "")))};
  }
  VirtualReply reply = ReplyOf(asked, answer.served);
  return answer.fault ? Spoilt(asked, *answer.fault, std::move(reply))
                      : Exchange{.reply = std::move(reply)};
}

SimulatedService::Exchange SimulatedService::Spoilt(const Asked& asked, const Fault& fault,
                                                    VirtualReply reply) {
  switch (fault.kind) {
    case FaultKind::kCut:
      return {.reply = ReplyAt(reply.at, Unreachable()), .broke = true};
    case FaultKind::kDrip:
      reply.at += fault.over;
      reply.reply.answered += fault.over;  // The client counts its age from the end.
      break;
    case FaultKind::kGarbage:
    case FaultKind::kTruncated:
    case FaultKind::kNoId:
      return {.reply = ReplyAt(reply.at,
                               ConcludedFromSpoilt(asked.send.kind, reply.reply.status, fault))};
    default:
      if (IsOfItems(fault.kind)) {
        AnswerSpoilt(asked, fault, reply);
      }
  }
  return {.reply = std::move(reply)};
}

// The stamp `answered` is what a client concludes from the age that the mock tells with an answer:
// of the way back it knows nothing.
VirtualReply SimulatedService::ReplyOf(const Asked& asked, const mock_server::Served& served) {
  const Instant at_once = asked.arrives + back_;
  if (served.status == 202) {
    return ReplyAt(at_once, {.kind = ReplyKind::kPending, .status = served.status});
  }
  const bool slept = served.ready > asked.arrives;
  VirtualReply reply =
      ReplyAt(slept ? served.ready + late_ + back_ : at_once, {.status = served.status});
  if (served.status == 200) {
    const bool polled = asked.send.kind == RequestKind::kPoll;
    reply.reply.answered = (polled ? jobs_[asked.send.slot].ready : served.ready) + back_;
    reply.reply.kind = ReplyKind::kAnswered;
    Answer(reply, asked.entries);
    return reply;
  }
  CHECK(served.status == 429);
  ++refused_;
  // As the client tells them apart over HTTP: a pause brings no quota back.
  reply.reply.kind = served.over_quota ? ReplyKind::kRefused : ReplyKind::kFailed;
  reply.reply.failure = served.over_quota ? Outcome::kFailedQuota : Outcome::kFailedStatus;
  if (!served.over_quota) {
    reply.reply.retry_after = served.retry_after;
  }
  return reply;
}

void SimulatedService::Answer(VirtualReply& reply, std::span<const batcher::Entry> entries) const {
  if (every_key_known_) {
    return;
  }
  reply.items.reserve(entries.size());
  for (const batcher::Entry& entry : entries) {
    const bool known = mock_server::Locate(keys_.KeyText(entry.key)).has_value();
    reply.items.push_back(known ? Outcome::kValue : Outcome::kNotFound);
  }
}

void SimulatedService::AnswerSpoilt(const Asked& asked, const Fault& fault, VirtualReply& reply) {
  std::vector<std::string> addresses;
  addresses.reserve(asked.entries.size());
  for (const batcher::Entry& entry : asked.entries) {
    addresses.push_back(keys_.KeyText(entry.key));
  }
  MatchedOutcomes matched = ConcludedFromItems(addresses, fault);
  reply.items = std::move(matched.outcomes);
  mismatches_ += matched.mismatches;
}

}  // namespace bench
