#include "results/lib/run_json.h"

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "results/lib/finding_json.h"
#include "results/lib/fingerprint.h"
#include "results/lib/quantities.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// "latency.p99" in milliseconds -> {"latency_ms", "p99"}; "calls" -> {"calls", ""}.
std::pair<std::string, std::string> PathOf(const Quantity& quantity) {
  const std::size_t dot = quantity.name.find('.');
  std::string group = quantity.name.substr(0, dot);
  if (quantity.unit == QuantityUnit::kMilliseconds) {
    group += "_ms";
  }
  return {std::move(group), dot == std::string::npos ? "" : quantity.name.substr(dot + 1)};
}

Json ValueJson(const Quantity& quantity) {
  if (!quantity.value) {
    return nullptr;
  }
  if (quantity.unit == QuantityUnit::kCount) {
    return static_cast<std::uint64_t>(*quantity.value);
  }
  return *quantity.value;
}

Json SummaryJson(const std::vector<Quantity>& quantities) {
  Json json = Json::object();
  for (const Quantity& quantity : quantities) {
    const auto [group, member] = PathOf(quantity);
    if (member.empty()) {
      json[group] = ValueJson(quantity);
    } else if (quantity.value) {
      json[group][member] = ValueJson(quantity);
    } else if (!json.contains(group)) {
      json[group] = nullptr;  // the run has no such thing: no member has a value
    }
  }
  return json;
}

// {"latency_ms": {"had": 6, "of": "batches", "needed": {"p50": 7, ...}, "lacking": ["p50", ...]}}
Json EvidenceJson(const std::vector<Quantity>& quantities) {
  Json json = Json::object();
  for (const Quantity& quantity : quantities) {
    if (!quantity.evidence) {
      continue;
    }
    const auto [group, member] = PathOf(quantity);
    Json& entry = json[group];
    entry["had"] = quantity.evidence->had;
    entry["of"] = quantity.evidence->of;
    entry["needed"][member] = quantity.evidence->needed;
    if (!entry.contains("lacking")) {
      entry["lacking"] = Json::array();
    }
    if (!quantity.evidence->enough()) {
      entry["lacking"].push_back(member);
    }
  }
  return json;
}

Json VerdictJson(const RunReport& report) {
  return {{"status", Name(report.verdict.status)},
          {"margin_ms", batcher::ToMilliseconds(report.verdict.margin)},
          {"longest_stall_ms",
           report.longest_stall ? Json(batcher::ToMilliseconds(*report.longest_stall)) : nullptr},
          {"reasons", report.verdict.reasons},
          {"advice", report.verdict.advice}};
}

Json IntervalsJson(const RunReport& report) {
  Json json = {{"method", Name(report.interval_method)}};
  for (const RunInterval& interval : report.intervals) {
    json[std::string(interval.quantity) + "_ms"] = {{"low", interval.interval.low},
                                                    {"high", interval.interval.high},
                                                    {"too_narrow", interval.too_narrow}};
  }
  return json;
}

Json BuildJson(const Build& build) {
  return {{"version", build.version},
          {"commit", build.commit},
          {"compiler", build.compiler},
          {"flags", build.flags}};
}

}  // namespace

batcher::Result<std::string> RunJson(const RunReport& report) {
  const bool throws = false;
  Json scenario = Json::parse(report.scenario_json, nullptr, throws);
  if (scenario.is_discarded()) {
    return batcher::Error{"cannot write run.json: the scenario given for it is not JSON"};
  }
  const std::vector<Quantity> quantities = Quantities(report.summary);
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["engine"] = report.engine;
  json["seed"] = report.seed;
  json["interrupted"] = report.interrupted;
  json["verdict"] = VerdictJson(report);
  json["summary"] = SummaryJson(quantities);
  json["evidence"] = EvidenceJson(quantities);
  json["intervals95"] = IntervalsJson(report);
  json["waiting"] = WaitingJson(report.waiting);
  json["findings"] = FindingsJson(report.findings);
  json["fingerprint"] =
      report.fingerprint ? Json(FormatFingerprint(*report.fingerprint)) : Json(nullptr);
  json["scenario"] = std::move(scenario);
  json["build"] = BuildJson(report.build);
  json["machine"] = "machine.json";
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace results
