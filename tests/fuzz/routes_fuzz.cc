// Goal: the mock answers any request with what HTTP and JSON allow, and answers a batch so that the
// client's decoder, which shares no code with it, finds each address with its own result.
// Method: the first line is the options of the service ("immediate", "limited", "empty 202", "fault
// wrong_text", any combination), the second the method and the target, the rest the body. A batch
// that is accepted is polled for. The client encodes the addresses again, which must be read as the
// same. With a fault the answer may be anything but that of a neighbour.

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/match.h"
#include "batcher/geoapify/text.h"
#include "mock_server/address_list.h"
#include "mock_server/fault_kinds.h"
#include "mock_server/geocoder.h"
#include "mock_server/query.h"
#include "mock_server/routes.h"
#include "mock_server/single_query.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

using batcher::ReplyKind;
using batcher::geoapify::Decoded;
using batcher::geoapify::Matched;
using mock_server::Reply;
using mock_server::Route;
using mock_server::Routes;
using mock_server::RoutesOptions;

constexpr std::string_view kApiKey = "key";

void AddFault(std::string_view name, mock_server::ServiceOptions& service) {
  for (const batcher::KindSpec& kind : mock_server::FaultKinds()) {
    if (kind.name == name) {
      service.faults.emplace_back(kind);
    }
  }
}

RoutesOptions OptionsOf(std::string_view words) {
  RoutesOptions options;
  options.public_url = "http://127.0.0.1:1";
  while (!words.empty()) {
    const std::string_view word = Input::TakeWord(words);
    if (word == "immediate") {
      options.service.batch_mode = mock_server::BatchMode::kImmediate;
    } else if (word == "limited") {
      options.service.rate_limit = mock_server::RateLimit{.burst = 1};
    } else if (word == "fault") {
      AddFault(Input::TakeWord(words), options.service);
    } else if (word == "empty") {
      options.service.empty_batch_status = Input::TakeWord(words) == "202" ? 202 : 200;
    }
  }
  return options;
}

bool IsPrintable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void ReplyIsSound(const Reply& reply) {
  CHECK(reply.broken || (reply.status >= 200 && reply.status <= 599));
  CHECK(IsPrintable(reply.content_type));
  for (const auto& [name, value] : reply.headers) {
    CHECK(!name.empty() && IsPrintable(name) && IsPrintable(value));
  }
}

bool IsJson(const Reply& reply) { return reply.content_type == "application/json"; }

void EachHasItsOwn(const std::vector<std::string>& addresses, const Decoded& decoded) {
  CHECK(decoded.kind == ReplyKind::kAnswered);
  CHECK(decoded.items.size() == addresses.size());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    CHECK(decoded.items[i].text == addresses[i]);
    CHECK(decoded.items[i].result.outcome != batcher::Outcome::kFailedBadReply);
  }
  const Matched matched = batcher::geoapify::MatchItems(addresses, decoded.items);
  CHECK(matched.mismatches == 0);
  for (const auto& result : matched.results) {
    CHECK(result.outcome != batcher::Outcome::kMissingResult);
  }
}

// None but the places that the service knows these addresses at.
void NobodyHasANeighbours(const std::vector<std::string>& addresses, const Decoded& decoded) {
  const Matched matched = batcher::geoapify::MatchItems(addresses, decoded.items);
  CHECK(matched.results.size() == addresses.size());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (const auto& place = matched.results[i].value) {
      const auto known = mock_server::Locate(addresses[i]);
      CHECK(known && known->lat == place->lat && known->lon == place->lon);
    }
  }
}

// The same addresses, encoded by the client.
void ClientAsksTheSame(const std::vector<std::string>& addresses) {
  const auto encoded = batcher::geoapify::EncodeBatch(addresses);
  CHECK(encoded.has_value());
  const auto read = mock_server::ParseAddresses(*encoded);
  CHECK(read && *read == addresses);
}

// What comes of a batch, polled for if it is accepted.
Reply AnswerOf(Routes& routes, const Reply& submitted) {
  const Decoded accepted =
      batcher::geoapify::DecodeSubmit({.status = submitted.status, .body = submitted.body});
  if (submitted.status != 202 || accepted.kind != ReplyKind::kPending) {
    return submitted;
  }
  CHECK(accepted.job.size() == 32);
  const std::string target = batcher::geoapify::PollTarget(accepted.job, kApiKey);
  Reply reply = routes.Answer({.method = "GET",
                               .path = std::string_view(target).substr(0, target.find('?')),
                               .target = target},
                              batcher::At(std::chrono::hours(1)));
  ReplyIsSound(reply);
  return reply;
}

void BatchIsAnswered(Routes& routes, const Reply& submitted, std::string_view body, bool spoilt) {
  const auto addresses = mock_server::ParseAddresses(body);
  if (!addresses) {
    CHECK(submitted.status == 400 || spoilt);
    return;
  }
  ClientAsksTheSame(*addresses);
  const Reply answer = AnswerOf(routes, submitted);
  if (answer.status != 200 || !IsJson(answer)) {
    return;
  }
  const Decoded decoded =
      batcher::geoapify::DecodePoll({.status = answer.status, .body = answer.body});
  NobodyHasANeighbours(*addresses, decoded);
  if (!spoilt) {
    CHECK(answer.ready.has_value());
    EachHasItsOwn(*addresses, decoded);
  }
}

// Only the form that was asked for with format=json is the client's.
void SingleIsAnswered(std::string_view target, const Reply& reply) {
  CHECK(reply.ready.has_value());
  const auto asked = mock_server::ParseSingleQuery(mock_server::Query(target));
  CHECK(asked.has_value());
  if (asked->geojson) {
    return;
  }
  const Decoded decoded = batcher::geoapify::DecodeSingle({.status = 200, .body = reply.body});
  CHECK(decoded.kind == ReplyKind::kAnswered && decoded.items.size() == 1);
  if (batcher::geoapify::IsUtf8(asked->address)) {  // Else it can't be told in JSON as it is.
    EachHasItsOwn({asked->address}, decoded);
    NobodyHasANeighbours({asked->address}, decoded);
  }
}

void Try(Input input) {
  const RoutesOptions options = OptionsOf(input.TakeLine());
  const bool spoilt = !options.service.faults.empty();
  Routes routes(options);
  std::string_view line = input.TakeLine();
  const std::string_view method = Input::TakeWord(line);
  const std::string_view path = line.substr(0, line.find('?'));
  const Reply reply = routes.Answer(
      {.method = method, .path = path, .target = line, .body = input.rest()}, batcher::At({}));
  ReplyIsSound(reply);
  CHECK(spoilt || !IsJson(reply) || nlohmann::json::accept(reply.body));
  const Route route = mock_server::RouteOf(method, path);
  if (route == Route::kSubmit && reply.status < 300) {
    BatchIsAnswered(routes, reply, input.rest(), spoilt);
  } else if (route == Route::kSingle && reply.status == 200 && !spoilt) {
    SingleIsAnswered(line, reply);
  }
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
