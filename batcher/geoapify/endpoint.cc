#include "batcher/geoapify/endpoint.h"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "batcher/geoapify/base_url.h"
#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/match.h"
#include "batcher/geoapify/text.h"
#include "batcher/geoapify/tls.h"

namespace batcher::geoapify {
namespace {

using Keys = std::span<const std::string>;

constexpr std::size_t kLongestMessage = 300;  // bytes
// A shorter key, such as one made up for a mock, may be part of any address or id.
constexpr std::size_t kShortestRealKey = 16;  // bytes

std::vector<std::string> Utf8Only(Keys keys) {
  std::vector<std::string> valid;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(valid), IsUtf8);
  return valid;
}

// Results for all keys, from those of the keys that could be sent.
std::vector<ItemResult<Place>> WithUnsent(Keys keys, std::vector<ItemResult<Place>> sent) {
  std::vector<ItemResult<Place>> all;
  all.reserve(keys.size());
  auto next = sent.begin();
  for (const std::string& key : keys) {
    if (IsUtf8(key)) {
      all.push_back(std::move(*next++));
    } else {
      all.push_back({.outcome = Outcome::kFailedStatus,
                     .message = "the address was not sent: it is not UTF-8"});
    }
  }
  return all;
}

Matched MatchAll(Keys keys, std::vector<Item> items) {
  if (std::all_of(keys.begin(), keys.end(), IsUtf8)) {
    return MatchItems(keys, std::move(items));
  }
  Matched matched = MatchItems(Utf8Only(keys), std::move(items));
  matched.results = WithUnsent(keys, std::move(matched.results));
  return matched;
}

// The service may quote the key wherever it likes: no result and no id may hand it on.
void HideKey(const std::string& api_key, Decoded& decoded) {
  decoded.message = Redacted(decoded.message, api_key);
  if (api_key.size() < kShortestRealKey) {
    return;
  }
  for (Item& item : decoded.items) {
    if (item.result.value) {
      std::string& formatted = item.result.value->formatted;
      formatted = Redacted(formatted, api_key);
    }
  }
  if (Redacted(decoded.job, api_key) != decoded.job) {
    decoded = {.kind = ReplyKind::kFailed,
               .failure = Outcome::kFailedBadReply,
               .message = "answered with a job whose \"id\" holds the API key"};
  }
}

Decoded DecodeBody(RequestKind kind, const HttpReply& http) {
  const ServiceReply reply{
      .status = http.status, .body = http.body, .retry_after = http.retry_after};
  switch (kind) {
    case RequestKind::kSingle:
      return DecodeSingle(reply);
    case RequestKind::kSubmit:
      return DecodeSubmit(reply);
    case RequestKind::kPoll:
      break;
  }
  return DecodePoll(reply);
}

}  // namespace

Result<std::unique_ptr<GeoapifyEndpoint>> GeoapifyEndpoint::Create(GeoapifyOptions options) {
  Result<std::string> base_url = ParseBaseUrl(options.base_url);
  if (!base_url) {
    return base_url.error();
  }
  if (options.max_connections == 0) {
    return Error{"max_connections: found 0, wanted at least 1"};
  }
  if (options.attempt_timeout < std::chrono::microseconds(1)) {
    return Error{"attempt_timeout: found " + FormatDuration(options.attempt_timeout) +
                 ", wanted at least 1us"};
  }
  options.base_url = std::move(base_url).value();
  Authorities authorities(nullptr, nullptr);
  if (SplitBaseUrl(options.base_url).tls || options.ca_file) {
    Result<Authorities> loaded = LoadAuthorities(options.ca_file);
    if (!loaded) {
      return loaded.error();
    }
    authorities = std::move(loaded).value();
  }
  return std::unique_ptr<GeoapifyEndpoint>(
      new GeoapifyEndpoint(std::move(options), std::move(authorities)));
}

GeoapifyEndpoint::GeoapifyEndpoint(GeoapifyOptions options, Authorities authorities)
    : options_(std::move(options)),
      pool_({.http = {.base_url = options_.base_url, .attempt_timeout = options_.attempt_timeout},
             .max_connections = options_.max_connections},
            std::move(authorities)) {}

std::size_t GeoapifyEndpoint::BytesOf(const std::string& address) const {
  return BytesInBatch(address);
}

void GeoapifyEndpoint::Send(const Request<std::string>& request, Done done) {
  CHECK(!request.keys.empty());
  if (std::none_of(request.keys.begin(), request.keys.end(), IsUtf8)) {
    const auto now = RunClock::SteadyNow();
    done({.kind = ReplyKind::kAnswered,
          .items = WithUnsent(request.keys, {}),
          .sent = now,
          .replied = now});
    return;
  }
  pool_.Send(Encode(request), [this, request, done = std::move(done)](const HttpReply& http) {
    done(Decode(request, http));
  });
}

Result<std::size_t> GeoapifyEndpoint::Warm(std::size_t connections) {
  return pool_.Warm(connections, "/healthz");
}

HttpRequest GeoapifyEndpoint::Encode(const Request<std::string>& request) const {
  if (request.kind == RequestKind::kPoll) {
    return {.target = PollTarget(request.job, options_.api_key), .repeatable = true};
  }
  HttpRequest http;
  if (request.kind == RequestKind::kSingle) {
    CHECK(request.keys.size() == 1);
    http.target = SingleTarget(request.keys.front(), options_.api_key);
  } else {
    http.target = SubmitTarget(options_.api_key);
    const Result<std::string> body = EncodeBatch(request.keys);
    http.json = body ? *body : EncodeBatch(Utf8Only(request.keys)).value();
  }
  if (options_.send_ordinals) {
    http.headers = {{"X-Batchlab-Ordinal", std::to_string(request.first_call)},
                    {"X-Batchlab-Attempt", std::to_string(request.attempt)}};
  }
  return http;
}

EndpointReply<Place> GeoapifyEndpoint::Decode(const Request<std::string>& request,
                                              const HttpReply& http) const {
  EndpointReply<Place> reply{.kind = ReplyKind::kFailed,
                             .failure = Outcome::kFailedUnreachable,
                             .status = http.status,
                             .retry_after = http.retry_after,
                             .sent = http.sent,
                             .replied = http.replied};
  if (http.status == 0) {
    reply.message =
        "no answer from " + options_.base_url + ": " + Redacted(http.error, options_.api_key);
    return reply;
  }
  Decoded decoded = DecodeBody(request.kind, http);
  HideKey(options_.api_key, decoded);
  reply.kind = decoded.kind;
  reply.failure = decoded.failure;
  reply.job = std::move(decoded.job);
  if (decoded.kind == ReplyKind::kAnswered) {
    Matched matched = MatchAll(request.keys, std::move(decoded.items));
    reply.items = std::move(matched.results);
    reply.mismatches = matched.mismatches;
    reply.answer_age = http.answer_age;
  } else if (!decoded.message.empty()) {
    reply.message = options_.base_url + " " + OneLine(decoded.message, kLongestMessage);
  }
  return reply;
}

}  // namespace batcher::geoapify
