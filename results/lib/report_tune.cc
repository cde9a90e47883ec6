#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "results/lib/report_json.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// "p99" of "latency.p99"; the mean where it is another quantity.
std::string QuantileOf(const Json& tune) {
  const auto quantity = tune.at("quantile").get<std::string>();
  return quantity.starts_with("latency.") ? Shortened(quantity.substr(8)) : "mean";
}

// In what else than the window it differs from the choice: such points are no line with it.
Json Others(const Json& setting, const Json& choice) {
  Json others = Json::array();
  for (const char* knob : {"poll", "max_in_flight", "max_items", "single_below"}) {
    if (setting.contains(knob) && choice.contains(knob) && setting[knob] != choice[knob]) {
      const Json& value = setting[knob];
      others.push_back(
          fmt::format("{} {}", knob, value.is_string() ? value.get<std::string>() : value.dump()));
    }
  }
  return others;
}

Json PointOf(const Json& row, const std::string& quantile) {
  const Json& setting = row.at("setting");
  const Json& figures = row.at("figures");
  Json point = {{"label", Shortened(row.at("label").get<std::string>())},
                {"baseline", setting.at("policy") == "unbatched"},
                {"policy", setting.at("policy")},
                {"window_ms", setting.contains("window_ms")
                                  ? Json(Rounded(setting["window_ms"].get<double>()))
                                  : Json(nullptr)},
                {"others", Json::array()}};
  const bool whole = row.contains("summary");  // earlier versions wrote the figures alone
  if (whole) {
    point.update(PointNumbers(MeasurementsOfRun(row.at("summary"), Json::object())));
  }
  point["latency_ms"]["mean"]["value"] = Rounded(figures.at("latency_mean_ms").get<double>());
  if (const Json& time = figures.at("latency_quantile_ms"); time.is_number()) {
    point["latency_ms"][quantile]["value"] = Rounded(time.get<double>());
  }
  point["requests_saved"] = {{"value", Rounded(figures.at("requests_saved").get<double>())}};
  const Json& why = figures.at("why");
  point["why"] = why.is_string() ? Json(Shortened(why.get<std::string>())) : why;
  point["demands"] = figures.at("demands");
  point["saturated"] = figures["demands"] == "saturated";
  point["invalid"] = nullptr;
  point["possible_per_s"] = nullptr;
  point["lacking"] = whole ? row.at("evidence").at("latency_ms").at("lacking") : Json::array();
  return point;
}

Json PointsOf(const std::filesystem::path& folder, const Json& tune, const std::string& quantile) {
  Json points = Json::array();
  for (const Json& row : tune.at("rows")) {
    Json point = PointOf(row, quantile);
    point["others"] = Others(row.at("setting"), tune.at("choice"));
    if (row.at("setting") == tune.at("choice")) {
      point["chosen"] = true;
      if (const Json& saved = tune.at("requests_saved_95"); saved.is_array()) {
        point["requests_saved"]["low"] = Rounded(saved.at(0).get<double>());
        point["requests_saved"]["high"] = Rounded(saved.at(1).get<double>());
      }
      const Json& time = tune.at("latency_quantile_ms_95");
      if (time.is_array() && point["latency_ms"].contains(quantile)) {
        point["latency_ms"][quantile]["low"] = Rounded(time.at(0).get<double>());
        point["latency_ms"][quantile]["high"] = Rounded(time.at(1).get<double>());
      }
    }
    points.push_back(std::move(point));
  }
  AddDistributions(folder, points);
  return points;
}

// What the page tells beyond the points.
Json AnswerOf(const Json& tune) {
  Json scaled = Json::array();
  for (const Json& one : tune.at("scaled")) {
    const Json& time = one.at("figures").at("latency_quantile_ms");
    scaled.push_back({{"factor", one.at("factor")},
                      {"how", one.at("how")},
                      {"requests_saved", one["figures"].at("requests_saved")},
                      {"latency_ms", time},
                      {"demands", one["figures"].at("demands")}});
  }
  Json steps = Json::array();
  for (const Json& step : tune.at("steps")) {
    steps.push_back({{"what", Shortened(step.at("what").get<std::string>())},
                     {"requests_saved", step.at("figures").at("requests_saved")},
                     {"latency_ms", step["figures"].at("latency_quantile_ms")}});
  }
  return {{"do_not_batch", tune.at("do_not_batch")},
          {"misleads", tune.at("misleads")},
          {"warnings", tune.at("warnings")},
          {"held", tune.at("held")},
          {"flat_ms", tune.at("flat_ms")},
          {"choice", tune.at("choice")},
          {"paste", tune.at("paste")},
          {"steps", std::move(steps)},
          {"scaled", std::move(scaled)}};
}

Json FactsOfTune(const std::filesystem::path& folder, const Json& tune) {
  Json facts = Json::array();
  for (const Json& read : tune.at("read")) {
    facts.push_back({Shortened(read.at("name").get<std::string>()),
                     Shortened(read.at("words").get<std::string>())});
  }
  std::string demands;
  for (const Json& one : tune.value("slo", Json::array())) {
    demands += (demands.empty() ? "" : "; ") + one.get<std::string>();
  }
  facts.push_back({"Demands", Shortened(demands)});
  facts.push_back({"Made small", tune.at("goal")});
  facts.push_back({"Simulated runs", tune.at("simulated_runs").dump()});
  facts.push_back({"Build", fmt::format("batchlab {}", tune.at("version").get<std::string>())});
  for (const Json& fact : MachineFacts(folder)) {
    facts.push_back(fact);
  }
  return facts;
}

}  // namespace

Json ReportOfTune(const std::filesystem::path& folder) {
  const Json tune = ReadJson(folder / "tune.json");
  const std::string quantile = QuantileOf(tune);
  Json target = TargetOf(tune.value("slo", Json::array()));
  Json findings = Json::array();
  for (const Json& finding : tune.at("findings")) {
    findings.push_back(Shortened(finding.at("sentence").get<std::string>()));
  }
  std::error_code ignored;
  const bool chosen = std::filesystem::is_regular_file(folder / "chosen.json", ignored);
  return {{"schema", kReportSchema},
          {"kind", "tune"},
          {"name", "tune"},
          {"description", ""},
          {"engine", "sim"},
          {"swept", "setting"},
          {"replications", 1},
          {"target", std::move(target)},
          {"quantile", quantile},
          {"best", nullptr},
          {"points_left_out", 0},
          {"points", PointsOf(folder, tune, quantile)},
          {"bound", nullptr},
          {"findings", std::move(findings)},
          {"tune", AnswerOf(tune)},
          {"facts", FactsOfTune(folder, tune)},
          {"command", "batchlab run scenario.json --engine sim,http"},
          {"scenario", chosen ? ReadJson(folder / "chosen.json") : Json(nullptr)}};
}

}  // namespace results
