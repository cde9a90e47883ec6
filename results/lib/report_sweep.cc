#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "results/lib/report_json.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

// What sweep.csv calls a point: a comma would end the field.
std::string CsvLabel(std::string label) {
  std::ranges::replace(label, ',', ';');
  return label;
}

// The lowest and the highest of a quantile over the runs of each point, from sweep.csv. That has
// more points than a sweep over all policies shows, so it goes by their labels.
class Bands {
 public:
  explicit Bands(const Path& csv) {
    std::ifstream rows(csv);
    std::string line;
    std::getline(rows, line);
    const std::vector<std::string> header = Fields(line);
    label_ = static_cast<std::size_t>(std::ranges::find(header, "label") - header.begin());
    for (const char* name : {"p50", "p99"}) {
      const auto found = std::ranges::find(header, fmt::format("latency_{}_ns", name));
      columns_[name] = static_cast<std::size_t>(found - header.begin());
    }
    while (std::getline(rows, line)) {
      Add(Fields(line));
    }
  }

  // {"p50": [low, high], ...}
  [[nodiscard]] Json Of(const std::string& label) const {
    const auto found = bands_.find(CsvLabel(label));
    return found == bands_.end() ? Json::object() : found->second;
  }

 private:
  void Add(const std::vector<std::string>& fields) {
    if (label_ >= fields.size()) {
      return;
    }
    for (const auto& [name, column] : columns_) {
      if (column >= fields.size() || fields[column].empty()) {
        continue;
      }
      const double ms = Rounded(std::strtod(fields[column].c_str(), nullptr) / 1e6);
      Json& band = bands_[fields[label_]][name];
      band = band.is_null()
                 ? Json{ms, ms}
                 : Json{std::min(band[0].get<double>(), ms), std::max(band[1].get<double>(), ms)};
    }
  }

  std::size_t label_ = 0;  // which column
  std::map<std::string, std::size_t> columns_;
  std::map<std::string, Json> bands_;
};

// {"value": 1.3, "low": 1.2, "high": 1.4}
Json EstimateOf(const Json& estimate) {
  Json json = {{"value", Rounded(estimate.at("value").get<double>())}};
  if (estimate.contains("interval95") && estimate["interval95"].is_object()) {
    for (const char* end : {"low", "high"}) {
      json[end] = Rounded(estimate["interval95"].at(end).get<double>());
    }
  }
  return json;
}

// What a point costs at the price of a batch; none without a price.
void AddRegret(const Json& swept, Json& point) {
  if (swept.contains("regret") && swept["regret"].is_object()) {
    const Json& regret = swept["regret"];
    point["regret"] = {
        {"ratio", EstimateOf(regret.at("ratio"))},
        {"cost_per_call_ms", EstimateOf(regret.at("run").at("cost_per_call_ms"))},
        {"least_per_call_ms", EstimateOf(regret.at("least").at("cost_per_call_ms"))}};
  }
}

Json PointOf(const Json& scenario, const Json& swept, Json band) {
  Json point = {{"label", Shortened(swept.at("label").get<std::string>())},
                {"baseline", swept.at("baseline")}};
  AddSetting(scenario, swept.at("overrides"), point);
  point.update(PointNumbers(MeasurementsOfPoint(swept.at("quantities"))));
  point["band_ms"] = std::move(band);
  point["offered_per_s"] = Rounded(swept.at("calls_per_second_offered").get<double>());
  const Json& possible = swept.at("calls_per_second_possible");
  point["possible_per_s"] = possible.is_null() ? possible : Json(Rounded(possible.get<double>()));
  const Json& invalid = swept.at("invalid");
  point["invalid"] = invalid.is_null() ? invalid : Json(Shortened(invalid.get<std::string>()));
  point["lacking"] = Json::array();
  for (const char* name : {"p50", "p90", "p99", "p999"}) {
    const std::string quantity = fmt::format("latency.{}_ms", name);
    if (swept["quantities"].contains(quantity) &&
        swept["quantities"][quantity].contains("evidence")) {
      const Json& evidence = swept["quantities"][quantity]["evidence"];
      if (evidence.at("had") < evidence.at("needed")) {
        point["lacking"].push_back(name);
      }
    }
  }
  AddRegret(swept, point);
  point["slo"] = Json::array();
  for (const Json& sentence : swept.at("slo")) {
    point["slo"].push_back(Shortened(sentence.get<std::string>()));
  }
  return point;
}

// The bound, as pairs of ms and batches per call; null: a sweep of an earlier version, or none.
Json BoundOf(const Json& sweep) {
  const auto found = sweep.find("bound");
  if (found == sweep.end() || !found->is_object()) {
    return nullptr;
  }
  Json steps = Json::array();
  for (const Json& step : found->at("steps")) {
    steps.push_back({Rounded(step.at("wait_ms").get<double>()),
                     Rounded(step.at("batches_per_call").get<double>())});
  }
  return {{"quantile", found->at("quantile")},
          {"calls", found->at("calls")},
          {"steps", std::move(steps)}};
}

Json Label(const Json& one) {
  return one.is_string() ? Json(Shortened(one.get<std::string>())) : Json(nullptr);
}

// The labels of the usual and the best setting of each policy; null: another sweep.
Json PoliciesOf(const Json& sweep) {
  if (!sweep.contains("policies")) {
    return nullptr;
  }
  Json policies = Json::array();
  for (const Json& one : sweep["policies"]) {
    policies.push_back({{"policy", one.at("policy")},
                        {"usual", Label(one.at("usual"))},
                        {"best", Label(one.at("best"))},
                        {"tried", one.at("tried")}});
  }
  return policies;
}

}  // namespace

Json ReportOfSweep(const Path& folder) {
  const Json sweep = ReadJson(folder / "sweep.json");
  const Json& scenario = sweep.at("scenario");
  const Bands bands(folder / "sweep.csv");
  Json points = Json::array();
  for (const Json& swept : sweep.at("points")) {
    points.push_back(PointOf(scenario, swept, bands.Of(swept.at("label").get<std::string>())));
  }
  AddDistributions(folder, points);
  const auto first = sweep.at("first_seed").get<std::uint64_t>();
  const auto replications = sweep.at("replications").get<std::uint64_t>();
  Json facts = FactsOf(scenario);
  facts.push_back({"Seeds", fmt::format("{} to {}, the same for every point", first,
                                        first + replications - 1)});
  facts.push_back({"Fingerprint", sweep.at("fingerprint")});
  for (const Json& fact : MachineFacts(folder)) {
    facts.push_back(fact);
  }
  return {{"schema", kReportSchema},
          {"kind", "sweep"},
          {"name", Shortened(scenario.at("name").get<std::string>())},
          {"description", Shortened(scenario.value("description", ""))},
          {"engine", sweep.at("engine")},
          {"swept", Shortened(sweep.at("swept").get<std::string>())},
          {"replications", replications},
          {"target", TargetOf(scenario.at("slo"))},
          {"best", Label(sweep.at("best_inside_slo"))},
          {"price_ms", sweep.value("price_ms", Json(nullptr))},
          {"cheapest", Label(sweep.value("cheapest", Json(nullptr)))},
          {"policies", PoliciesOf(sweep)},
          {"points_left_out", 0},
          {"points", std::move(points)},
          {"bound", BoundOf(sweep)},
          {"findings", Json::array()},
          {"tune", nullptr},
          {"facts", std::move(facts)},
          {"command", Shortened(SweepCommand(sweep))},
          {"scenario", scenario}};
}

}  // namespace results
