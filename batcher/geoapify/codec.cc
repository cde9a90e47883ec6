#include "batcher/geoapify/codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "batcher/geoapify/text.h"

namespace batcher::geoapify {
namespace {

using Json = nlohmann::json;

// The body as JSON, discarded if it is none.
Json Parse(std::string_view body) { return Json::parse(body, nullptr, /*allow_exceptions=*/false); }

// The member `name` of `object`; null if there is none, or if it is no object at all.
const Json& Member(const Json& object, const char* name) {
  static const Json none;
  if (!object.is_object()) {
    return none;
  }
  const auto found = object.find(name);
  return found == object.end() ? none : *found;
}

// The string in `value`; none if it holds anything else.
std::optional<std::string> Text(const Json& value) {
  const auto* text = value.get_ptr<const std::string*>();
  return text == nullptr ? std::nullopt : std::optional(*text);
}

// The number in `value` if it is an angle of at most `limit` degrees to either side.
std::optional<double> Degrees(const Json& value, double limit) {
  if (!value.is_number()) {
    return std::nullopt;
  }
  const double degrees = value.get<double>();
  return std::abs(degrees) <= limit ? std::optional(degrees) : std::nullopt;
}

// An entry without a position is the service's way to say that it knows no such address.
ItemResult<Place> DecodePlace(const Json& entry) {
  if (!entry.is_object()) {
    return {.outcome = Outcome::kFailedBadReply,
            .message = "the service answered this address with something that is not an object"};
  }
  const Json& lat = Member(entry, "lat");
  const Json& lon = Member(entry, "lon");
  if (lat.is_null() || lon.is_null()) {
    return {.outcome = Outcome::kNotFound};
  }
  const std::optional<double> lat_degrees = Degrees(lat, 90);
  const std::optional<double> lon_degrees = Degrees(lon, 180);
  if (!lat_degrees || !lon_degrees) {
    return {.outcome = Outcome::kFailedBadReply,
            .message = "the service answered this address with a lat or lon that is no angle"};
  }
  return {.outcome = Outcome::kValue,
          .value = Place{.lat = *lat_degrees,
                         .lon = *lon_degrees,
                         .formatted = Text(Member(entry, "formatted")).value_or("")}};
}

std::optional<std::string> QueryText(const Json& answer) {
  return Text(Member(Member(answer, "query"), "text"));
}

Decoded Answered(const Json& entries) {
  Decoded decoded{.kind = ReplyKind::kAnswered};
  decoded.items.reserve(entries.size());
  for (const Json& entry : entries) {
    decoded.items.push_back({.text = QueryText(entry), .result = DecodePlace(entry)});
  }
  return decoded;
}

Decoded BadReply(int status, std::string_view found) {
  return {.kind = ReplyKind::kFailed,
          .failure = Outcome::kFailedBadReply,
          .message = "answered " + std::to_string(status) + " with " + std::string(found)};
}

Decoded BadBody(int status, const Json& body, std::string_view wanted) {
  const std::string found = body.is_discarded() ? "a body that is not JSON" : "unexpected JSON";
  return BadReply(status, found + ", wanted " + std::string(wanted));
}

// Whether the words of an error are about a quota, which waiting a little does not bring back.
bool IsAboutQuota(std::string text) {
  constexpr std::array<std::string_view, 3> kWords = {"quota", "daily", "credits"};
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// Any status but those that the request can be answered with.
Decoded DecodeError(int status, std::string_view body) {
  if (status >= 200 && status < 300) {
    return BadReply(status, "no results, wanted status 200 or 202");
  }
  const std::string words = Text(Member(Parse(body), "message")).value_or("");
  const bool may_pass = status >= 500 || status == 408 || status == 425 || status == 429;
  Decoded decoded{.kind = may_pass ? ReplyKind::kFailed : ReplyKind::kRefused,
                  .message = "answered " + std::to_string(status)};
  if (!words.empty()) {
    decoded.message += ": " + words;
  }
  if (status == 429 && IsAboutQuota(words)) {
    decoded.kind = ReplyKind::kRefused;
    decoded.failure = Outcome::kFailedQuota;
  }
  return decoded;
}

Decoded DecodeResults(int status, std::string_view body) {
  const Json answer = Parse(body);
  return answer.is_array() ? Answered(answer) : BadBody(status, answer, "an array of results");
}

}  // namespace

Result<std::string> EncodeBatch(std::span<const std::string> keys) {
  std::string body = "[";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!IsUtf8(keys[i])) {
      return Error{"address " + std::to_string(i + 1) + " of " + std::to_string(keys.size()) +
                   " is not UTF-8, wanted UTF-8 text"};
    }
    if (i > 0) {
      body += ',';
    }
    AppendJsonString(keys[i], body);
  }
  body += ']';
  return body;
}

std::string SingleTarget(std::string_view key, std::string_view api_key) {
  return "/v1/geocode/search?text=" + PercentEncoded(key) +
         "&format=json&limit=1&apiKey=" + PercentEncoded(api_key);
}

std::string SubmitTarget(std::string_view api_key) {
  return "/v1/batch/geocode/search?apiKey=" + PercentEncoded(api_key);
}

std::string PollTarget(std::string_view job, std::string_view api_key) {
  return "/v1/batch/geocode/search?id=" + PercentEncoded(job) +
         "&format=json&apiKey=" + PercentEncoded(api_key);
}

Decoded DecodeSingle(int status, std::string_view body) {
  if (status != 200) {
    return DecodeError(status, body);
  }
  const Json answer = Parse(body);
  const Json& results = Member(answer, "results");
  if (!results.is_array()) {
    return BadBody(status, answer, "an object with an array \"results\"");
  }
  Decoded decoded{.kind = ReplyKind::kAnswered};
  decoded.items.push_back({.text = QueryText(answer),
                           .result = results.empty()
                                         ? ItemResult<Place>{.outcome = Outcome::kNotFound}
                                         : DecodePlace(results.front())});
  return decoded;
}

Decoded DecodeSubmit(int status, std::string_view body) {
  if (status == 200) {
    return DecodeResults(status, body);
  }
  if (status != 202) {
    return DecodeError(status, body);
  }
  const Json answer = Parse(body);
  std::string job = Text(Member(answer, "id")).value_or("");
  if (job.empty()) {
    return BadBody(status, answer, "an object with the job's \"id\"");
  }
  return {.kind = ReplyKind::kPending, .job = std::move(job)};
}

Decoded DecodePoll(int status, std::string_view body) {
  if (status == 200) {
    return DecodeResults(status, body);
  }
  if (status == 202) {
    const Json answer = Parse(body);
    return answer.is_object() ? Decoded{.kind = ReplyKind::kPending}
                              : BadBody(status, answer, "an object with the job's \"status\"");
  }
  Decoded decoded = DecodeError(status, body);
  if (status == 404) {
    decoded.kind = ReplyKind::kLost;
  }
  return decoded;
}

}  // namespace batcher::geoapify
