#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/geoapify/match.h"
#include "bench/hunt/front.h"

// What the service writes, what the client reads in it, and what the callers are told.

namespace hunt {

using batcher::kNever;
using batcher::Outcome;
using batcher::ReplyKind;
using batcher::geoapify::Place;

namespace {

// The place of an address names it, so that a neighbour's shows.
Place PlaceOf(const std::string& key) { return {.lat = 1, .lon = 2, .formatted = key}; }

// What the service writes of one entry; `absurd` stands for an outcome that no entry can have.
batcher::ItemResult<Place> ResultOf(const std::string& key, Outcome outcome) {
  if (outcome == Outcome::kValue) {
    return batcher::Found(PlaceOf(key));
  }
  return {.outcome = outcome == Outcome::kFailedBadReply ? Outcome::kCancelled : outcome,
          .value = {},
          .message = outcome == Outcome::kFailedStatus ? "it failed" : ""};
}

std::vector<batcher::geoapify::Item> ItemsOf(const Plan& plan,
                                             const std::vector<std::string>& keys) {
  std::vector<batcher::geoapify::Item> items;
  items.reserve(plan.items.size());
  for (const Plan::Item& planned : plan.items) {
    const std::string& key =
        planned.entry == Plan::kNobodys ? Front::TextOf(Plan::kNobodys) : keys[planned.entry];
    items.push_back({.text = plan.named ? std::optional(key) : std::nullopt,
                     .result = ResultOf(key, planned.outcome)});
  }
  return items;
}

}  // namespace

std::string Front::TextOf(std::uint64_t key) { return fmt::format("{} Main Street", key); }

void Front::Send(const batcher::Request<std::string>& request, Done done) {
  CHECK(!plans_.empty());
  Open open{.at = plans_.front().at,
            .batch = request.batch,
            .plan = std::move(plans_.front()),
            .keys = {request.keys.begin(), request.keys.end()},
            .sent = now_,
            .done = std::move(done)};
  plans_.pop_front();
  ++requests_sent_;
  // As an endpoint may answer from within Send.
  if (open.at <= now_ && open.plan.told.size() % 2 == 1) {
    return Reply(open);
  }
  open_.push_back(std::move(open));
}

void Front::Abandon(std::uint64_t batch) {
  const Instant soon = now_ + std::chrono::milliseconds(1);
  watch_.Abandon(batch, soon);
  for (Open& open : open_) {
    if (open.batch == batch) {
      open.at = std::min(open.at, soon);
    }
  }
}

void Front::Reply(const Open& open) {
  const Plan& plan = open.plan;
  const bool hung = plan.at == kNever;
  batcher::EndpointReply<Place> reply{.kind = hung ? ReplyKind::kFailed : plan.kind,
                                      .failure = hung ? Outcome::kFailedUnreachable : plan.failure,
                                      .status = plan.status,
                                      .retry_after = plan.retry_after,
                                      .sent = clock_.ToSteady(open.sent),
                                      .replied = clock_.ToSteady(now_)};
  if (reply.kind == ReplyKind::kAnswered) {
    auto matched = batcher::geoapify::MatchItems(open.keys, ItemsOf(plan, open.keys));
    reply.items = std::move(matched.results);
    reply.mismatches = matched.mismatches;
  } else if (reply.kind == ReplyKind::kPending) {
    reply.job = "job";
  }
  open.done(std::move(reply));
}

void Front::Told(std::uint64_t number, const batcher::Answer<Place>& answer) {
  watch_.Tell(number, answer.outcome);
  const std::string key = TextOf(watch_.CallOf(number).key);
  if (answer.value && answer.value->formatted != key) {
    watch_.Break("own answer", fmt::format(R"(call {} asks for "{}" and gets "{}")", number, key,
                                           answer.value->formatted));
  }
  if (answer.value.has_value() != (answer.outcome == Outcome::kValue) ||
      answer.message.empty() == IsFailed(answer.outcome)) {
    watch_.Break(
        "own answer",
        fmt::format(R"(call {} ends as {} {} a value, with the message "{}")", number,
                    Name(answer.outcome), answer.value ? "with" : "without", answer.message));
  }
  const Call call = watch_.CallOf(number);
  if (call.asks_again) {
    tally_.Add(Happened::kAskedAgain);
    Hand(watch_.Add({.at = now_, .key = call.key + 1, .can_wait = call.can_wait}));
  }
  if (call.throws) {
    tally_.Add(Happened::kThrown);
    throw std::runtime_error("a caller that throws");
  }
}

void Front::OnCall(const batcher::CallRecord& /*call*/) { ++records_; }

void Front::OnRequest(const batcher::RequestRecord& /*request*/) { ++requests_ended_; }

}  // namespace hunt
