#include "mock_server/wire.h"

#include <optional>

#include "mock_server/geocoder.h"
#include "mock_server/json_text.h"
#include "mock_server/place_fields.h"

namespace mock_server {
namespace {

// Room for one address of an answer, so that a long answer grows by few copies.
constexpr std::size_t kUsualItemBytes = 600;

void AppendNumberField(std::string& out, std::string_view name, double number) {
  out += '"';
  out += name;
  out += "\":";
  AppendNumber(out, number);
}

// The fields of a place, without the braces around them. A text that is not known is left out.
void AppendPlace(std::string& out, const Place& place) {
  AppendNumberField(out, "lat", place.lat);
  out += ',';
  AppendNumberField(out, "lon", place.lon);
  for (const PlaceField& field : kPlaceFields) {
    const std::string_view text = place.*field.text;
    if (!text.empty()) {
      out += ",\"";
      out += field.name;
      out += "\":";
      AppendJsonString(out, text);
    }
  }
  out += R"(,"timezone":{"name":)";
  AppendJsonString(out, place.timezone);
  out += R"(},"rank":{"importance":0.5,"popularity":5,"confidence":1,"match_type":"full_match"})";
  out += R"(,"datasource":{"sourcename":"batchlab","attribution":"made up","license":"none"})";
}

// `{"text": ...}` with its name before it.
void AppendQuery(std::string& out, std::string_view address) {
  out += R"("query":{"text":)";
  AppendJsonString(out, address);
  out += '}';
}

void AppendBoxObject(std::string& out, const Box& box) {
  out += R"(,"bbox":{)";
  AppendNumberField(out, "lon1", box.lon1);
  out += ',';
  AppendNumberField(out, "lat1", box.lat1);
  out += ',';
  AppendNumberField(out, "lon2", box.lon2);
  out += ',';
  AppendNumberField(out, "lat2", box.lat2);
  out += '}';
}

void AppendNumbers(std::string& out, std::initializer_list<double> numbers) {
  char before = '[';
  for (const double number : numbers) {
    out += before;
    AppendNumber(out, number);
    before = ',';
  }
  out += ']';
}

void AppendFeature(std::string& out, const Place& place) {
  out += R"({"type":"Feature","properties":{)";
  AppendPlace(out, place);
  out += R"(},"geometry":{"type":"Point","coordinates":)";
  AppendNumbers(out, {place.lon, place.lat});
  out += R"(},"bbox":)";
  const Box box = BoxAround(place);
  AppendNumbers(out, {box.lon1, box.lat1, box.lon2, box.lat2});
  out += '}';
}

}  // namespace

std::string SingleJson(std::string_view address) {
  std::string out = R"({"results":[)";
  if (const std::optional<Place> place = Locate(address)) {
    out += '{';
    AppendPlace(out, *place);
    AppendBoxObject(out, BoxAround(*place));
    out += '}';
  }
  out += "],";
  AppendQuery(out, address);
  out += '}';
  return out;
}

std::string SingleGeojson(std::string_view address) {
  std::string out = R"({"type":"FeatureCollection","features":[)";
  if (const std::optional<Place> place = Locate(address)) {
    AppendFeature(out, *place);
  }
  out += "],";
  AppendQuery(out, address);
  out += '}';
  return out;
}

std::string BatchJson(std::span<const std::string> addresses) {
  std::string out;
  out.reserve(addresses.size() * kUsualItemBytes);
  out += '[';
  for (const std::string& address : addresses) {
    out += out.size() == 1 ? "{" : ",{";
    AppendQuery(out, address);
    if (const std::optional<Place> place = Locate(address)) {
      out += ',';
      AppendPlace(out, *place);
      AppendBoxObject(out, BoxAround(*place));
    }
    out += '}';
  }
  out += ']';
  return out;
}

std::string AcceptedJson(std::string_view id, std::string_view url) {
  std::string out = R"({"id":)";
  AppendJsonString(out, id);
  out += R"(,"status":"pending","url":)";
  AppendJsonString(out, url);
  out += '}';
  return out;
}

std::string PendingJson(std::string_view id) {
  std::string out = R"({"id":)";
  AppendJsonString(out, id);
  out += R"(,"status":"pending"})";
  return out;
}

std::string ErrorJson(int status, std::string_view message) {
  std::string out = R"({"statusCode":)" + std::to_string(status) + R"(,"error":)";
  AppendJsonString(out, ReasonPhrase(status));
  out += R"(,"message":)";
  AppendJsonString(out, message);
  out += '}';
  return out;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 410:
      return "Gone";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Error";
  }
}

}  // namespace mock_server
