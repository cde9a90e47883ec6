#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "batcher/base/time.h"
#include "batcher/core/records.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

Json MeasuredJson(const Measured& measured) {
  Json json = {{"value", Rounded(measured.value)}};
  if (measured.low && measured.high) {
    json["low"] = Rounded(*measured.low);
    json["high"] = Rounded(*measured.high);
  }
  return json;
}

// The members of `group` under "prefix.NAME_ms", where there are any.
void AddGroup(const Json& summary, const std::string& key, const std::string& prefix,
              const std::string& unit, Measurements& all) {
  if (!summary.contains(key) || !summary[key].is_object()) {
    return;
  }
  for (const auto& [name, value] : summary[key].items()) {
    if (value.is_number()) {
      std::string full = prefix + ".";
      full += name;
      full += unit;
      all[full] = {.value = value.get<double>()};
    }
  }
}

// {"window": 12}: the members of a group that are not 0.
Json CountsUnder(const Measurements& measured, const std::string& prefix) {
  Json counts = Json::object();
  for (const auto& [name, one] : measured) {
    if (name.starts_with(prefix) && one.value > 0) {
      counts[name.substr(prefix.size())] = one.value;
    }
  }
  return counts;
}

}  // namespace

double Rounded(double value) {
  if (std::abs(value) < 1e15 && value == std::trunc(value)) {
    return value;
  }
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return std::strtod(text.data(), nullptr);
}

std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 600;
  return text.size() <= kMost ? text : text.substr(0, kMost) + " ...";
}

Measurements MeasurementsOfPoint(const Json& quantities) {
  Measurements all;
  for (const auto& [name, quantity] : quantities.items()) {
    Measured& one = all[name];
    one.value = quantity.at("value").get<double>();
    if (quantity.contains("interval95") && quantity["interval95"].is_object()) {
      one.low = quantity["interval95"].at("low").get<double>();
      one.high = quantity["interval95"].at("high").get<double>();
    }
  }
  return all;
}

Measurements MeasurementsOfRun(const Json& summary, const Json& intervals) {
  Measurements all;
  for (const auto& [name, value] : summary.items()) {
    if (value.is_number()) {
      all[name] = {.value = value.get<double>()};
    }
  }
  AddGroup(summary, "calls_per_batch", "calls_per_batch", "", all);
  AddGroup(summary, "outcomes", "outcomes", "", all);
  AddGroup(summary, "flush_reasons", "flush_reasons", "", all);
  AddGroup(summary, "latency_ms", "latency", "_ms", all);
  AddGroup(summary, "wait_ms", "wait", "_ms", all);
  AddGroup(summary, "parts_ms", "parts", "_ms", all);
  for (const auto& [name, interval] : intervals.items()) {
    if (interval.is_object() && all.contains(name)) {
      all[name].low = interval.at("low").get<double>();
      all[name].high = interval.at("high").get<double>();
    }
  }
  return all;
}

Json PointNumbers(const Measurements& measured) {
  Json point = Json::object();
  for (const char* name : {"calls", "batches", "http_requests", "polls", "retries", "credits",
                           "errors", "lone_calls", "dedup_saved"}) {
    if (const auto found = measured.find(name); found != measured.end()) {
      point[name] = found->second.value;
    }
  }
  if (const auto saved = measured.find("requests_saved"); saved != measured.end()) {
    point["requests_saved"] = MeasuredJson(saved->second);
  }
  for (const char* name : {"mean", "max"}) {
    const auto found = measured.find(std::string("calls_per_batch.") + name);
    if (found != measured.end()) {
      point["calls_per_batch"][name] = Rounded(found->second.value);
    }
  }
  for (const char* name : {"mean", "p50", "p90", "p99", "p999", "max"}) {
    const auto found = measured.find("latency." + std::string(name) + "_ms");
    if (found != measured.end()) {
      point["latency_ms"][name] = MeasuredJson(found->second);
    }
  }
  for (const char* name : {"generator_lateness", "linger", "slot_wait", "send", "retry", "server",
                           "poll_quantisation", "delivery"}) {
    const auto found = measured.find("parts." + std::string(name) + "_ms");
    if (found != measured.end()) {
      point["parts_ms"][name] = Rounded(found->second.value);
    }
  }
  point["flush_reasons"] = CountsUnder(measured, "flush_reasons.");
  point["outcomes"] = CountsUnder(measured, "outcomes.");
  return point;
}

void AddSetting(const Json& scenario, const Json& overrides, Json& point) {
  const Json& policy = scenario.at("batcher").at("policy");
  std::string kind = policy.at("kind").get<std::string>();
  const auto own = policy.find("window");  // null: none, of a policy that may have one
  std::string window = own != policy.end() && own->is_string() ? own->get<std::string>() : "";
  Json others = Json::array();
  for (const Json& one : overrides) {
    const auto text = one.get<std::string>();
    if (text.starts_with("batcher.policy.kind=")) {
      const std::string other = text.substr(text.find('=') + 1);
      window = other == kind ? window : "";
      kind = other;
    } else if (text.starts_with("batcher.policy.window=")) {
      window = text.substr(text.find('=') + 1);
    } else {
      others.push_back(Shortened(text));
    }
  }
  const auto duration = batcher::ParseDuration(window);
  point["policy"] = Shortened(kind);
  point["window_ms"] = duration ? Json(Rounded(batcher::ToMilliseconds(*duration))) : Json(nullptr);
  point["others"] = std::move(others);
}

}  // namespace results
