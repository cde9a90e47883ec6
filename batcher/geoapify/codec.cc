#include "batcher/geoapify/codec.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "batcher/geoapify/error_reply.h"
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

// The error status of HTTP that `answer` holds; 0 if it holds none.
int StatusWithin(const Json& answer) {
  const auto* status = Member(answer, "statusCode").get_ptr<const Json::number_unsigned_t*>();
  return status != nullptr && *status >= 400 && *status <= 599 ? static_cast<int>(*status) : 0;
}

// What a service writes where results are wanted: {"statusCode":401,"error":"...","message":"..."}.
bool IsErrorObject(const Json& answer) {
  const Json& error = Member(answer, "error");
  return error.is_string() || error.is_object() || StatusWithin(answer) != 0;
}

// The words of an error in a body, for people; empty if it has none. Markup is not for people.
std::string WordsOf(std::string_view body, const Json& answer) {
  constexpr std::size_t kLongestPlainText = 200;  // bytes
  if (answer.is_discarded()) {
    const bool plain = body.size() <= kLongestPlainText && IsUtf8(body) &&
                       body.find_first_of("<>{}[]") == std::string_view::npos;
    return plain ? std::string(body) : "";
  }
  const Json& error = Member(answer, "error");
  for (const Json* words : {&Member(answer, "message"), &Member(error, "message"), &error}) {
    if (std::optional<std::string> text = Text(*words)) {
      return *std::move(text);
    }
  }
  return "";
}

// An error under a status of success: it means what the status within it means.
Decoded DecodeErrorObject(const ServiceReply& reply, const Json& answer) {
  const std::string words = WordsOf(reply.body, answer);
  const int status = StatusWithin(answer);
  if (status == 0) {
    return BadReply(reply.status, "an error object" + (words.empty() ? "" : ": " + words));
  }
  Decoded decoded = DecodeErrorStatus(status, words, reply.retry_after);
  decoded.message =
      "answered " + std::to_string(reply.status) + " with an error object: it " + decoded.message;
  return decoded;
}

Decoded BadBody(const ServiceReply& reply, const Json& answer, std::string_view wanted) {
  if (IsErrorObject(answer)) {
    return DecodeErrorObject(reply, answer);
  }
  const std::string found = reply.body.empty()      ? "an empty body"
                            : answer.is_discarded() ? "a body that is not JSON"
                                                    : "unexpected JSON";
  return BadReply(reply.status, found + ", wanted " + std::string(wanted));
}

// Any status but those that the request can be answered with.
Decoded DecodeError(const ServiceReply& reply) {
  if (reply.status >= 200 && reply.status < 300) {
    return BadReply(reply.status, "no results, wanted status 200 or 202");
  }
  return DecodeErrorStatus(reply.status, WordsOf(reply.body, Parse(reply.body)), reply.retry_after);
}

Decoded DecodeResults(const ServiceReply& reply) {
  const Json answer = Parse(reply.body);
  return answer.is_array() ? Answered(answer) : BadBody(reply, answer, "an array of results");
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

std::size_t BytesInBatch(std::string_view key) {
  std::string text;
  AppendJsonString(key, text);
  return text.size() + 1;  // with its comma
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

Decoded DecodeSingle(const ServiceReply& reply) {
  if (reply.status != 200) {
    return DecodeError(reply);
  }
  const Json answer = Parse(reply.body);
  const Json& results = Member(answer, "results");
  if (!results.is_array()) {
    return BadBody(reply, answer, "an object with an array \"results\"");
  }
  Decoded decoded{.kind = ReplyKind::kAnswered};
  decoded.items.push_back({.text = QueryText(answer),
                           .result = results.empty()
                                         ? ItemResult<Place>{.outcome = Outcome::kNotFound}
                                         : DecodePlace(results.front())});
  return decoded;
}

Decoded DecodeSubmit(const ServiceReply& reply) {
  if (reply.status == 200) {
    return DecodeResults(reply);
  }
  if (reply.status != 202) {
    return DecodeError(reply);
  }
  const Json answer = Parse(reply.body);
  std::string job = Text(Member(answer, "id")).value_or("");
  if (job.empty()) {
    return BadBody(reply, answer, "an object with the job's \"id\"");
  }
  return {.kind = ReplyKind::kPending, .job = std::move(job)};
}

Decoded DecodePoll(const ServiceReply& reply) {
  if (reply.status == 200) {
    return DecodeResults(reply);
  }
  if (reply.status == 202) {
    const Json answer = Parse(reply.body);
    return answer.is_object() && !IsErrorObject(answer)
               ? Decoded{.kind = ReplyKind::kPending}
               : BadBody(reply, answer, "an object with the job's \"status\"");
  }
  Decoded decoded = DecodeError(reply);
  if (reply.status == 404) {
    decoded.kind = ReplyKind::kLost;
  }
  return decoded;
}

}  // namespace batcher::geoapify
