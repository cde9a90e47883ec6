#include <fmt/core.h>

#include <algorithm>
#include <charconv>
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

// The lowest and the highest of a quantile over the runs of each point, from sweep.csv.
class Bands {
 public:
  explicit Bands(const Path& csv) {
    std::ifstream rows(csv);
    std::string line;
    std::getline(rows, line);
    const std::vector<std::string> header = Fields(line);
    for (const char* name : {"p50", "p99"}) {
      const auto found = std::ranges::find(header, fmt::format("latency_{}_ns", name));
      columns_[name] = static_cast<std::size_t>(found - header.begin());
    }
    while (std::getline(rows, line)) {
      Add(Fields(line));
    }
  }

  // {"p50": [low, high], ...}
  [[nodiscard]] Json Of(std::size_t point) const {
    const auto found = bands_.find(point);
    return found == bands_.end() ? Json::object() : found->second;
  }

 private:
  void Add(const std::vector<std::string>& fields) {
    std::size_t point = 0;
    std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), point);
    for (const auto& [name, column] : columns_) {
      if (column >= fields.size() || fields[column].empty()) {
        continue;
      }
      const double ms = Rounded(std::strtod(fields[column].c_str(), nullptr) / 1e6);
      Json& band = bands_[point][name];
      band = band.is_null()
                 ? Json{ms, ms}
                 : Json{std::min(band[0].get<double>(), ms), std::max(band[1].get<double>(), ms)};
    }
  }

  std::map<std::string, std::size_t> columns_;
  std::map<std::size_t, Json> bands_;
};

// The points of distributions.json, in the order of the sweep; none without that file.
Json DistributionsOf(const Path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / "distributions.json", ignored)
             ? ReadJson(folder / "distributions.json").at("points")
             : Json::array();
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
  point["slo"] = Json::array();
  for (const Json& sentence : swept.at("slo")) {
    point["slo"].push_back(Shortened(sentence.get<std::string>()));
  }
  return point;
}

// The axes of the points, as options of the command.
std::string AxesOf(const Json& points) {
  std::vector<std::pair<std::string, std::vector<std::string>>> axes;
  for (const Json& point : points) {
    for (const Json& one : point.at("overrides")) {
      const auto text = one.get<std::string>();
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos || point.at("baseline") == true) {
        continue;
      }
      const std::string path = text.substr(0, equals);
      const std::string value = text.substr(equals + 1);
      auto axis = std::ranges::find(axes, path, [](const auto& known) { return known.first; });
      if (axis == axes.end()) {
        axis = axes.insert(axis, {path, {}});
      }
      if (std::ranges::find(axis->second, value) == axis->second.end()) {
        axis->second.push_back(value);
      }
    }
  }
  std::string options;
  for (const auto& [path, values] : axes) {
    std::string joined;
    for (const std::string& value : values) {
      joined += (joined.empty() ? "" : ",") + value;
    }
    if (path == "batcher.policy.window") {
      options += " --window " + ShellWord(joined);
    } else if (path == "batcher.policy.kind") {
      options += " --policy " + ShellWord(joined);
    } else {
      options += " --sweep " + ShellWord(fmt::format("{}={}", path, joined));
    }
  }
  return options;
}

// The command that gives the same again, from a file with the scenario that the page holds.
std::string CommandOf(const Json& sweep) {
  std::string command =
      "batchlab sweep scenario.json" + AxesOf(sweep.at("points")) +
      fmt::format(" --replications {} --seed {}", sweep.at("replications").get<std::uint64_t>(),
                  sweep.at("first_seed").get<std::uint64_t>());
  const Json& arrivals = sweep.at("scenario").at("arrivals");
  if (arrivals.contains("count") && arrivals["count"].is_number_unsigned()) {
    command += fmt::format(" --calls {}", arrivals["count"].get<std::uint64_t>());
  }
  const auto engine = sweep.at("engine").get<std::string>();
  return engine == "sim" ? command : command + " --engine " + ShellWord(engine);
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

}  // namespace

Json ReportOfSweep(const Path& folder) {
  const Json sweep = ReadJson(folder / "sweep.json");
  const Json& scenario = sweep.at("scenario");
  const Bands bands(folder / "sweep.csv");
  const Json distributions = DistributionsOf(folder);
  Json points = Json::array();
  for (const Json& swept : sweep.at("points")) {
    Json point = PointOf(scenario, swept, bands.Of(points.size()));
    if (points.size() < distributions.size()) {
      for (const char* part : {"curve", "sizes"}) {
        if (const Json& found = distributions[points.size()].at(part); !found.is_null()) {
          point[part] = found;
        }
      }
    }
    points.push_back(std::move(point));
  }
  const auto first = sweep.at("first_seed").get<std::uint64_t>();
  const auto replications = sweep.at("replications").get<std::uint64_t>();
  Json facts = FactsOf(scenario);
  facts.push_back({"Seeds", fmt::format("{} to {}, the same for every point", first,
                                        first + replications - 1)});
  facts.push_back({"Fingerprint", sweep.at("fingerprint")});
  for (const Json& fact : MachineFacts(folder)) {
    facts.push_back(fact);
  }
  const Json& best = sweep.at("best_inside_slo");
  return {{"schema", kReportSchema},
          {"kind", "sweep"},
          {"name", Shortened(scenario.at("name").get<std::string>())},
          {"description", Shortened(scenario.value("description", ""))},
          {"engine", sweep.at("engine")},
          {"swept", Shortened(sweep.at("swept").get<std::string>())},
          {"replications", replications},
          {"target", TargetOf(scenario.at("slo"))},
          {"best", best.is_null() ? best : Json(Shortened(best.get<std::string>()))},
          {"points_left_out", 0},
          {"points", std::move(points)},
          {"bound", BoundOf(sweep)},
          {"findings", Json::array()},
          {"tune", nullptr},
          {"facts", std::move(facts)},
          {"command", Shortened(CommandOf(sweep))},
          {"scenario", scenario}};
}

}  // namespace results
