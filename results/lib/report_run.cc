#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/lib/report_json.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

// "window 50ms", and with several runs which engine.
std::string LabelOf(const Json& run, bool several) {
  const Json& policy = run.at("scenario").at("batcher").at("policy");
  std::string label = policy.at("kind").get<std::string>();
  for (const auto& [name, value] : policy.items()) {
    if (name != "kind" && value.is_string()) {
      label += (name == "window" ? " " : ", " + name + " ") + value.get<std::string>();
    }
  }
  return Shortened(several ? label + " (" + run.at("engine").get<std::string>() + ")" : label);
}

Json PointOf(const Path& folder, const Json& run, bool several) {
  Json point = {{"label", LabelOf(run, several)}, {"baseline", false}};
  AddSetting(run.at("scenario"), Json::array(), point);
  point.update(PointNumbers(MeasurementsOfRun(run.at("summary"), run.at("intervals95"))));
  const Json& verdict = run.at("verdict");
  std::string why;
  for (const Json& reason : verdict.at("reasons")) {
    why += (why.empty() ? "" : "; ") + reason.get<std::string>();
  }
  const bool invalid = verdict.at("status") != "VALID";
  point["invalid"] = invalid ? Json(Shortened(why)) : Json(nullptr);
  point["margin_ms"] = verdict.at("margin_ms");
  point["possible_per_s"] = nullptr;
  const Json& evidence = run.at("evidence").at("latency_ms");
  point["lacking"] = evidence.at("lacking");
  AddRows(folder, evidence.at("had").get<double>(), point);
  return point;
}

// The fewest batches that any policy could have made for a longest wait, as [wait in ms, share of
// the batches that unbatched calls would have made].
Json BoundOf(const Json& run) {
  const Json& waiting = run.at("waiting");
  if (!waiting.is_object() || waiting.at("batches_without").get<double>() <= 0) {
    return nullptr;
  }
  Json steps = Json::array();
  for (const Json& step : waiting.at("steps")) {
    steps.push_back(
        {Rounded(step.at("window_ms").get<double>()),
         Rounded(step.at("batches").get<double>() / waiting.at("batches_without").get<double>())});
  }
  return {{"longest_wait_ms", Rounded(waiting.at("longest_linger_ms").get<double>())},
          {"batches_per_call", Rounded(waiting.at("batches").get<double>() /
                                       waiting.at("batches_without").get<double>())},
          {"steps", std::move(steps)}};
}

}  // namespace

Json ReportOfRuns(const std::vector<Path>& runs) {
  const Json first = ReadJson(runs.front() / "run.json");
  const Json& scenario = first.at("scenario");
  Json findings = Json::array();
  Json points = Json::array();
  for (const Path& folder : runs) {
    const Json run = ReadJson(folder / "run.json");
    points.push_back(PointOf(folder, run, runs.size() > 1));
    if (run.at("interrupted") == true) {
      findings.push_back("The run was stopped before its arrivals had ended.");
    }
    for (const Json& finding : run.at("findings")) {
      findings.push_back(Shortened(finding.at("sentence").get<std::string>()));
    }
  }
  Json facts = FactsOf(scenario);
  const std::string engine = first.at("engine").get<std::string>();
  facts.push_back({"Seed", first.at("seed").dump()});
  if (first.at("fingerprint").is_string()) {
    facts.push_back({"Fingerprint", first["fingerprint"]});
  }
  const Json& build = first.at("build");
  facts.push_back({"Build", fmt::format("batchlab {}, {}", build.at("version").get<std::string>(),
                                        build.at("commit").get<std::string>())});
  for (const Json& fact : MachineFacts(runs.front())) {
    facts.push_back(fact);
  }
  return {{"schema", kReportSchema},
          {"kind", "run"},
          {"name", Shortened(scenario.at("name").get<std::string>())},
          {"description", Shortened(scenario.value("description", ""))},
          {"engine", engine},
          {"swept", "run"},
          {"replications", 1},
          {"target", TargetOf(scenario.at("slo"))},
          {"best", nullptr},
          {"points_left_out", 0},
          {"points", std::move(points)},
          {"bound", BoundOf(first)},
          {"findings", std::move(findings)},
          {"tune", nullptr},
          {"facts", std::move(facts)},
          {"command", fmt::format("batchlab run scenario.json --engine {}", engine)},
          {"scenario", scenario}};
}

}  // namespace results
