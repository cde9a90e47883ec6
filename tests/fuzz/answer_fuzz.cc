// Goal: whatever a service answers, each address of a request gets exactly one result, and none
// that the service gave for another address; messages can be shown and hold no secret. Method: the
// first line is the kind of the request, the status and the pause asked for ("poll 200", "submit
// 429 60"), then come the addresses, one a line, then behind an empty line the body. Each item is
// marked by its index before it is handed to the addresses, so that it is seen where it went.

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/match.h"
#include "batcher/geoapify/text.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

using batcher::Outcome;
using batcher::ReplyKind;
using batcher::geoapify::Decoded;
using batcher::geoapify::Item;
using batcher::geoapify::Matched;
using batcher::geoapify::ServiceReply;

constexpr std::string_view kApiKey = "0123456789abcdef";

std::optional<int> NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

Decoded Decode(std::string_view kind, const ServiceReply& reply) {
  if (kind == "single") {
    return batcher::geoapify::DecodeSingle(reply);
  }
  return kind == "submit" ? batcher::geoapify::DecodeSubmit(reply)
                          : batcher::geoapify::DecodePoll(reply);
}

void ItemIsSound(const Item& item) {
  switch (item.result.outcome) {
    case Outcome::kValue:
      CHECK(item.result.value.has_value());
      CHECK(item.result.value->lat >= -90 && item.result.value->lat <= 90);
      CHECK(item.result.value->lon >= -180 && item.result.value->lon <= 180);
      CHECK(batcher::geoapify::IsUtf8(item.result.value->formatted));
      return;
    case Outcome::kNotFound:
      CHECK(!item.result.value.has_value());
      return;
    default:
      CHECK(item.result.outcome == Outcome::kFailedBadReply);
      CHECK(!item.result.value.has_value() && !item.result.message.empty());
  }
}

// Whether item `i` of the answer may be that of the key at `place`.
bool MayBelong(const std::vector<std::string>& keys, const std::vector<Item>& items, std::size_t i,
               std::size_t place) {
  return items[i].text ? *items[i].text == keys[place] : i == place;
}

void EachGetsItsOwn(const std::vector<std::string>& keys, const std::vector<Item>& items) {
  std::vector<Item> marked = items;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    marked[i].result = {.outcome = Outcome::kNotFound, .message = std::to_string(i)};
  }
  const Matched matched = batcher::geoapify::MatchItems(keys, marked);
  CHECK(matched.results.size() == keys.size());
  std::vector<bool> used(items.size(), false);
  std::size_t handed = 0;
  for (std::size_t place = 0; place < keys.size(); ++place) {
    if (matched.results[place].outcome == Outcome::kMissingResult) {
      continue;
    }
    const auto i = static_cast<std::size_t>(NumberOf(matched.results[place].message).value());
    CHECK(!used[i]);
    CHECK(MayBelong(keys, items, i, place));
    used[i] = true;
    ++handed;
  }
  CHECK(handed + matched.mismatches == items.size());
}

void MessageCanBeShown(const Decoded& decoded) {
  CHECK(!decoded.message.empty());
  CHECK(batcher::geoapify::IsUtf8(decoded.message));
  constexpr std::size_t kLongest = 300;
  const std::string shown =
      batcher::geoapify::OneLine(batcher::geoapify::Redacted(decoded.message, kApiKey), kLongest);
  CHECK(shown.size() <= kLongest + 3);
  CHECK(batcher::geoapify::IsUtf8(shown));
  CHECK(shown.find(kApiKey) == std::string::npos);
  CHECK(shown.find('\n') == std::string::npos);
}

void Try(Input input) {
  std::string_view head = input.TakeLine();
  const std::string_view kind = Input::TakeWord(head);
  ServiceReply reply{.status = NumberOf(Input::TakeWord(head)).value_or(200)};
  if (const auto seconds = NumberOf(head); seconds && *seconds >= 0) {
    reply.retry_after = std::chrono::seconds(*seconds);
  }
  std::vector<std::string> keys;
  for (std::string_view key = input.TakeLine(); !key.empty(); key = input.TakeLine()) {
    keys.emplace_back(key);
  }
  reply.body = input.rest();
  const Decoded decoded = Decode(kind, reply);
  switch (decoded.kind) {
    case ReplyKind::kAnswered:
      CHECK(reply.status == 200);
      CHECK(kind != "single" || decoded.items.size() == 1);
      for (const Item& item : decoded.items) {
        ItemIsSound(item);
      }
      EachGetsItsOwn(keys, decoded.items);
      return;
    case ReplyKind::kPending:
      CHECK(kind != "single" && reply.status == 202);
      CHECK(decoded.job.empty() == (kind != "submit"));
      return;
    default:
      CHECK(decoded.kind != ReplyKind::kLost || (kind != "single" && kind != "submit"));
      MessageCanBeShown(decoded);
  }
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
