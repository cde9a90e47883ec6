#include "bench/simulated_service.h"

#include "batcher/base/check.h"
#include "mock_server/geocoder.h"

namespace bench {
namespace {

using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;

// The service takes no larger batch.
constexpr std::size_t kMaxBatch = 1000;

}  // namespace

SimulatedService::SimulatedService(const scenarios::Scenario& scenario,
                                   const scenarios::KeyStream& keys)
    : model_(scenario.server, scenario.seed),
      keys_(keys),
      every_key_known_(scenario.keys.kind() != "file"),
      there_(scenario.rtt / 2),
      back_(scenario.rtt - scenario.rtt / 2),
      late_(scenario.timer_lag) {}

std::optional<batcher::VirtualReply> SimulatedService::Serve(
    const batcher::Send& send, std::span<const batcher::Entry> entries, std::uint64_t first_call,
    batcher::Instant now) {
  const batcher::Instant arrives = now + there_;
  const mock_server::DrawKey draw{.ordinal = first_call, .attempt = send.attempt};
  if (send.slot >= job_ready_at_.size()) {
    job_ready_at_.resize(send.slot + 1);
  }
  batcher::VirtualReply reply;
  switch (send.kind) {
    case RequestKind::kSingle:
      reply = ReplyOf(model_.Single(draw, arrives), arrives);
      break;
    case RequestKind::kSubmit: {
      if (entries.size() > kMaxBatch) {
        reply.reply.kind = ReplyKind::kRefused;
        reply.reply.status = 400;
        reply.at = arrives + back_;
        return reply;
      }
      const mock_server::Served served = model_.Batch(entries.size(), draw, arrives);
      job_ready_at_[send.slot] = served.ready;
      reply = ReplyOf(served, arrives);
      // A pending batch is accepted at once; only an answer takes until it is ready.
      reply.at = served.status == 202 ? arrives + back_ : reply.at;
      break;
    }
    case RequestKind::kPoll:
      reply = ReplyOf(model_.Poll(job_ready_at_[send.slot], arrives), arrives);
      reply.reply.answered = job_ready_at_[send.slot] + back_;
      break;
  }
  if (reply.reply.kind == ReplyKind::kAnswered) {
    Answer(reply, entries);
  }
  return reply;
}

// The stamp `answered` is what a client concludes from the age that the mock tells with an answer:
// of the way back it knows nothing.
batcher::VirtualReply SimulatedService::ReplyOf(const mock_server::Served& served,
                                                batcher::Instant arrived) {
  const bool slept = served.ready > arrived;
  batcher::VirtualReply reply;
  reply.at = served.ready + (slept ? late_ : batcher::Duration(0)) + back_;
  reply.reply.status = served.status;
  reply.reply.answered = served.ready + back_;
  switch (served.status) {
    case 200:
      reply.reply.kind = ReplyKind::kAnswered;
      break;
    case 202:
      reply.reply.kind = ReplyKind::kPending;
      break;
    default:
      CHECK(served.status == 429);
      ++refused_;
      // As the client tells them apart over HTTP: a pause brings no quota back.
      reply.reply.kind = served.over_quota ? ReplyKind::kRefused : ReplyKind::kFailed;
      reply.reply.failure = served.over_quota ? Outcome::kFailedQuota : Outcome::kFailedStatus;
      if (!served.over_quota) {
        reply.reply.retry_after = served.retry_after;
      }
  }
  return reply;
}

void SimulatedService::Answer(batcher::VirtualReply& reply,
                              std::span<const batcher::Entry> entries) const {
  if (every_key_known_) {
    return;
  }
  reply.items.reserve(entries.size());
  for (const batcher::Entry& entry : entries) {
    const bool known = mock_server::Locate(keys_.KeyText(entry.key)).has_value();
    reply.items.push_back(known ? Outcome::kValue : Outcome::kNotFound);
  }
}

}  // namespace bench
