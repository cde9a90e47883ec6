// Goal: whatever a short text of a file, an option or a header says, it is read as what it means or
// refused, and what is written from it reads back as the same.
// Method: every reader of such texts reads the whole input, where two texts belong together its
// first line and the rest. The two ends of the wire, which share no code, check each other.

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/check.h"
#include "batcher/base/time.h"
#include "batcher/geoapify/base_url.h"
#include "batcher/geoapify/retry_after.h"
#include "batcher/geoapify/text.h"
#include "mock_server/json_text.h"
#include "mock_server/query.h"
#include "mock_server/single_query.h"
#include "results/lib/histogram.h"
#include "scenarios/number_text.h"
#include "scenarios/threshold.h"
#include "scenarios/time_text.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

void Durations(std::string_view text) {
  if (const auto duration = batcher::ParseDuration(text)) {
    CHECK(duration->count() >= 0);
    const std::string written = batcher::FormatDuration(*duration);
    const auto again = batcher::ParseDuration(written);
    CHECK(again && *again == *duration);
  }
}

void Rates(std::string_view text) {
  if (const auto rate = scenarios::ParseRate(text)) {
    CHECK(*rate >= 0);
    const auto again = scenarios::ParseRate(scenarios::FormatRate(*rate));
    CHECK(again && *again == *rate);
  }
  if (const auto number = scenarios::ParseNumber(text)) {
    CHECK(scenarios::ParseNumber(scenarios::FormatNumber(*number)) == number);
  }
}

void Thresholds(std::string_view text) {
  if (const auto threshold = scenarios::ParseThreshold(text)) {
    const auto again = scenarios::ParseThreshold(scenarios::FormatThreshold(*threshold));
    CHECK(again && again->quantity == threshold->quantity);
    CHECK(again->comparison == threshold->comparison && again->value == threshold->value);
  }
}

void Times(std::string_view text) {
  using scenarios::TimeUnit;
  for (const TimeUnit unit : {TimeUnit::kNanoseconds, TimeUnit::kMicroseconds,
                              TimeUnit::kMilliseconds, TimeUnit::kSeconds, TimeUnit::kIso}) {
    for (const bool decimal_comma : {false, true}) {
      const auto time = scenarios::TimeReader(unit, decimal_comma).Read(text);
      const bool again = scenarios::TimeReader(unit, decimal_comma).Read(text) == time;
      CHECK(again);
    }
  }
  // A date of our age is told from a number, which may be too large for its unit all the same.
  if (scenarios::UnitOfLook(text) == TimeUnit::kIso) {
    CHECK(scenarios::TimeReader(TimeUnit::kIso).Read(text).has_value());
  }
}

void RetryAfter(Input input) {
  const std::string retry_after(input.TakeLine());
  const std::string date(input.rest());
  if (const auto wait = batcher::geoapify::ParseRetryAfter(retry_after, date)) {
    CHECK(*wait >= batcher::Duration(0) && *wait <= std::chrono::seconds(999'999'999));
  }
}

void Addresses(std::string_view text) {
  using batcher::geoapify::ParseBaseUrl;
  if (const auto url = ParseBaseUrl(text)) {
    const auto again = ParseBaseUrl(*url);
    CHECK(again && *again == *url);
    const batcher::geoapify::Origin origin = batcher::geoapify::SplitBaseUrl(*url);
    CHECK(!origin.host.empty() && origin.port > 0 && origin.port <= 65535);
    CHECK(!origin.tls || !batcher::geoapify::SendsInClear(*url));
  }
}

void TheWire(std::string_view text) {
  namespace client = batcher::geoapify;
  // What either end encodes for a query, the service decodes to the same bytes.
  for (const std::string& encoded : {client::PercentEncoded(text), mock_server::UrlEncoded(text)}) {
    const mock_server::Query query("/?text=" + encoded);
    CHECK(query.Find("text") == text);
  }
  const auto asked = mock_server::ParseSingleQuery(mock_server::Query(text));
  CHECK(asked || !asked.error().message.empty());
  // They agree on what is UTF-8, and on how a text is written in JSON.
  const std::string valid = mock_server::ValidUtf8(text);
  CHECK(client::IsUtf8(text) == (valid == text));
  CHECK(client::IsUtf8(valid));
  std::string of_client;
  client::AppendJsonString(valid, of_client);
  std::string of_service;
  mock_server::AppendJsonString(of_service, text);
  for (const std::string& json : {of_client, of_service}) {
    const nlohmann::json read = nlohmann::json::parse(json, nullptr, false);
    CHECK(read.is_string() && read.get_ref<const std::string&>() == valid);
  }
}

void Secrets(Input input) {
  const std::string secret(input.TakeLine());
  const std::string redacted = batcher::geoapify::Redacted(input.rest(), secret);
  if (secret.empty()) {
    CHECK(redacted == input.rest());
  } else if (secret.find('*') == std::string::npos) {
    CHECK(redacted.find(secret) == std::string::npos);
  }
}

void Histograms(std::string_view text) {
  if (const auto histogram = results::Histogram::Decode(text)) {
    const auto again = results::Histogram::Decode(histogram->Encode());
    CHECK(again && *again == *histogram);
    if (histogram->count() > 0) {
      CHECK(histogram->Quantile(0.5) <= histogram->Quantile(1));
      CHECK(histogram->Quantile(1) == histogram->max());
      CHECK(histogram->Mean() >= batcher::Duration(0));
    }
  }
}

void Try(const Input& input) {
  const std::string_view text = input.rest();
  Durations(text);
  Rates(text);
  Thresholds(text);
  Times(text);
  RetryAfter(input);
  Addresses(text);
  TheWire(text);
  Secrets(input);
  Histograms(text);
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
