#include "bench/concluded.h"

#include <algorithm>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/match.h"
#include "batcher/geoapify/retry_after.h"
#include "mock_server/geocoder.h"
#include "mock_server/spoil.h"
#include "mock_server/wire.h"

namespace bench {
namespace {

using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;
using mock_server::FaultKind;

constexpr int kAccepted = 202;

batcher::geoapify::Decoded Decode(RequestKind kind, const batcher::geoapify::ServiceReply& reply) {
  switch (kind) {
    case RequestKind::kSingle:
      return batcher::geoapify::DecodeSingle(reply);
    case RequestKind::kSubmit:
      return batcher::geoapify::DecodeSubmit(reply);
    case RequestKind::kPoll:
      break;
  }
  return batcher::geoapify::DecodePoll(reply);
}

std::optional<batcher::Duration> RetryAfterOf(const mock_server::Reply& reply) {
  const auto header =
      std::ranges::find(reply.headers, "Retry-After", &std::pair<std::string, std::string>::first);
  return header == reply.headers.end() ? std::nullopt
                                       : batcher::geoapify::ParseRetryAfter(header->second, "");
}

}  // namespace

batcher::Reply Concluded(RequestKind kind, const mock_server::Reply& reply) {
  const std::optional<batcher::Duration> retry_after = RetryAfterOf(reply);
  const batcher::geoapify::Decoded decoded =
      Decode(kind, {.status = reply.status, .body = reply.body, .retry_after = retry_after});
  return {.kind = decoded.kind,
          .failure = decoded.failure,
          .status = reply.status,
          .retry_after = retry_after};
}

batcher::Reply Unreachable() {
  return {.kind = ReplyKind::kFailed, .failure = Outcome::kFailedUnreachable};
}

batcher::Reply ConcludedFromSpoilt(RequestKind kind, int status, const mock_server::Fault& fault) {
  CHECK(fault.kind == FaultKind::kGarbage || fault.kind == FaultKind::kTruncated ||
        fault.kind == FaultKind::kNoId);
  // One body of its form stands for all: what becomes of it has nothing of its content.
  const std::vector<std::string> addresses = {"one"};
  mock_server::Reply reply{.status = status};
  if (status == kAccepted) {
    reply.body = mock_server::PendingJson("id");
  } else if (kind == RequestKind::kSingle) {
    reply.body = mock_server::SingleJson(addresses.front());
  } else {
    reply.body = mock_server::BatchJson(addresses);
  }
  mock_server::SpoilReply(fault, reply);
  return Concluded(kind, reply);
}

MatchedOutcomes ConcludedFromItems(const std::vector<std::string>& addresses,
                                   const mock_server::Fault& fault) {
  std::vector<std::string> spoilt = addresses;
  mock_server::SpoilItems(fault, spoilt);
  std::vector<batcher::geoapify::Item> items;
  items.reserve(spoilt.size());
  for (std::string& address : spoilt) {
    const bool known = mock_server::Locate(address).has_value();
    items.push_back({.text = std::move(address),
                     .result = {.outcome = known ? Outcome::kValue : Outcome::kNotFound}});
  }
  const batcher::geoapify::Matched matched =
      batcher::geoapify::MatchItems(addresses, std::move(items));
  MatchedOutcomes concluded{.mismatches = matched.mismatches};
  for (const auto& result : matched.results) {
    concluded.outcomes.push_back(result.outcome);
  }
  return concluded;
}

}  // namespace bench
