// Goal: the mock answers any request with what HTTP and JSON allow, and answers a batch so that the
// client's decoder, which shares no code with it, finds each address with its own result.
// Method: the first line is the options of the service ("immediate", "limited", "empty 202", any
// combination), the second the method and the target, the rest the body. A batch that is accepted
// is polled for. The client encodes the addresses again, which must be read as the same.

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/match.h"
#include "mock_server/address_list.h"
#include "mock_server/routes.h"
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

RoutesOptions OptionsOf(std::string_view words) {
  RoutesOptions options;
  options.public_url = "http://127.0.0.1:1";
  while (!words.empty()) {
    const std::string_view word = Input::TakeWord(words);
    if (word == "immediate") {
      options.service.batch_mode = mock_server::BatchMode::kImmediate;
    } else if (word == "limited") {
      options.service.rate_limit = mock_server::RateLimit{.burst = 1};
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
  CHECK(reply.status >= 200 && reply.status <= 599);
  CHECK(!reply.content_type.empty() && IsPrintable(reply.content_type));
  for (const auto& [name, value] : reply.headers) {
    CHECK(!name.empty() && IsPrintable(name) && IsPrintable(value));
  }
  CHECK(reply.content_type != "application/json" || nlohmann::json::accept(reply.body));
}

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

bool IsJson(const Reply& reply) { return reply.content_type == "application/json"; }

// A batch that was not refused: its answer, polled for if need be.
void BatchIsAnswered(Routes& routes, const Reply& submitted, std::string_view body) {
  const auto addresses = mock_server::ParseAddresses(body);
  CHECK(addresses.has_value());
  const auto encoded = batcher::geoapify::EncodeBatch(*addresses);
  CHECK(encoded.has_value());
  const auto read = mock_server::ParseAddresses(*encoded);
  CHECK(read && *read == *addresses);
  Reply answer = submitted;
  if (submitted.status == 202) {
    const Decoded accepted =
        batcher::geoapify::DecodeSubmit({.status = 202, .body = submitted.body});
    CHECK(accepted.kind == ReplyKind::kPending && accepted.job.size() == 32);
    const std::string target = batcher::geoapify::PollTarget(accepted.job, kApiKey);
    const mock_server::WireRequest poll{
        .method = "GET",
        .path = std::string_view(target).substr(0, target.find('?')),
        .target = target};
    answer = routes.Answer(poll, batcher::At(std::chrono::hours(1)));
    ReplyIsSound(answer);
    if (answer.status == 429) {
      return;
    }
  }
  CHECK(answer.status == 200 && answer.ready.has_value());
  if (IsJson(answer)) {
    EachHasItsOwn(*addresses, batcher::geoapify::DecodePoll({.status = 200, .body = answer.body}));
  }
}

void SingleIsAnswered(const Reply& reply) {
  CHECK(reply.ready.has_value());
  // Only the form that was asked for with format=json is the client's.
  if (nlohmann::json::parse(reply.body).contains("results")) {
    const Decoded decoded = batcher::geoapify::DecodeSingle({.status = 200, .body = reply.body});
    CHECK(decoded.kind == ReplyKind::kAnswered && decoded.items.size() == 1);
    CHECK(decoded.items[0].text.has_value());
    CHECK(decoded.items[0].result.outcome != batcher::Outcome::kFailedBadReply);
  }
}

void Try(Input input) {
  Routes routes(OptionsOf(input.TakeLine()));
  std::string_view line = input.TakeLine();
  const std::string_view method = Input::TakeWord(line);
  const std::string_view path = line.substr(0, line.find('?'));
  const Reply reply = routes.Answer(
      {.method = method, .path = path, .target = line, .body = input.rest()}, batcher::At({}));
  ReplyIsSound(reply);
  const Route route = mock_server::RouteOf(method, path);
  if (route == Route::kSubmit && reply.status < 300) {
    BatchIsAnswered(routes, reply, input.rest());
  } else if (route == Route::kSingle && reply.status == 200) {
    SingleIsAnswered(reply);
  }
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
