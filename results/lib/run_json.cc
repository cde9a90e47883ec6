#include "results/lib/run_json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "results/lib/fingerprint.h"
#include "results/lib/json_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

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
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["engine"] = report.engine;
  json["seed"] = report.seed;
  json["interrupted"] = report.interrupted;
  json["verdict"] = VerdictJson(report);
  json["summary"] = SummaryJson(report.summary);
  json["evidence"] = EvidenceJson(report.summary);
  json["intervals95"] = IntervalsJson(report);
  json["waiting"] = WaitingJson(report.waiting);
  json["regret"] = RegretJson(report.regret);
  json["faults"] = FaultsJson(report.faults);
  json["findings"] = FindingsJson(report.findings);
  json["fingerprint"] =
      report.fingerprint ? Json(FormatFingerprint(*report.fingerprint)) : Json(nullptr);
  json["scenario"] = std::move(scenario);
  json["build"] = BuildJson(report.build);
  json["machine"] = "machine.json";
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace results
