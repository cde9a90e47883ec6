#include "bench/compare_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "results/lib/report_json.h"
#include "results/lib/report_parts.h"

namespace bench {
namespace {

using batcher::Result;
using results::ComparedPair;
using results::Interval;
using results::Rounded;
using Json = nlohmann::ordered_json;

Json IntervalJson(const Interval& interval) {
  return {{"value", Rounded(interval.estimate)},
          {"low", Rounded(interval.low)},
          {"high", Rounded(interval.high)}};
}

// What sweep.csv calls a point: a comma would end the field.
std::string CsvLabel(std::string label) {
  std::ranges::replace(label, ',', ';');
  return label;
}

// The points of a page by the label that compared pairs have. Of a run that is no label.
std::map<std::string, Json> PointsByLabel(const Json& page, bool sweep) {
  std::map<std::string, Json> points;
  for (const Json& point : page.at("points")) {
    points[sweep ? CsvLabel(point.at("label").get<std::string>()) : ""] = point;
  }
  return points;
}

// The members of one side's point that the page draws beside those of the other.
Json SideOf(const std::map<std::string, Json>& points, const std::string& label) {
  Json side = Json::object();
  if (const auto found = points.find(label); found != points.end()) {
    for (const char* part : {"label", "curve", "parts_ms", "latency_ms", "lacking"}) {
      if (found->second.contains(part)) {
        side[part] = found->second.at(part);
      }
    }
  }
  return side;
}

// Each point that has pairs, in their order.
Json PointsOf(const CompareAnswer& answer, const Json& a, const Json& b) {
  const auto points_a = PointsByLabel(a, answer.a.is_sweep);
  const auto points_b = PointsByLabel(b, answer.b.is_sweep);
  Json points = Json::array();
  const std::string* last = nullptr;
  for (const ComparedPair& pair : answer.pairs) {
    if (last != nullptr && *last == pair.point) {
      continue;
    }
    last = &pair.point;
    Json point = {{"label", pair.point},
                  {"baseline", false},
                  {"policy", nullptr},
                  {"window_ms", nullptr},
                  {"others", Json::array()}};
    if (const auto found = points_a.find(pair.point); found != points_a.end()) {
      for (const char* part : {"label", "baseline", "policy", "window_ms", "others"}) {
        point[part] = found->second.at(part);
      }
    }
    point["a"] = SideOf(points_a, pair.point);
    point["b"] = SideOf(points_b, pair.point);
    points.push_back(std::move(point));
  }
  return points;
}

Json PairsOf(const CompareAnswer& answer) {
  Json pairs = Json::array();
  std::size_t point = 0;
  for (std::size_t i = 0; i < answer.pairs.size(); ++i) {
    const ComparedPair& pair = answer.pairs[i];
    point += i > 0 && answer.pairs[i - 1].point != pair.point ? 1U : 0U;
    const auto relative = pair.Relative();
    pairs.push_back({{"point", point},
                     {"quantity", pair.quantity.name},
                     {"a", Rounded(pair.a)},
                     {"b", Rounded(pair.b)},
                     {"difference", IntervalJson(pair.difference)},
                     {"relative", relative ? IntervalJson(*relative) : Json(nullptr)},
                     {"shown", pair.shown},
                     {"verdict", VerdictOf(pair)}});
  }
  return pairs;
}

Json QuantitiesJson() {
  Json quantities = Json::array();
  for (const results::ComparedQuantity& quantity : results::ComparedQuantities()) {
    const bool time = quantity.unit == results::QuantityUnit::kMilliseconds;
    quantities.push_back({{"name", quantity.name},
                          {"unit", time ? "ms" : "number"},
                          {"more_is_worse", quantity.more_is_worse}});
  }
  return quantities;
}

// One of the two results, but for its points.
Json ResultJson(const LoadedResult& loaded, const Json& page) {
  Json json = {{"folder", results::Shortened(loaded.folder)}};
  for (const char* part : {"name", "engine", "replications", "facts", "scenario"}) {
    json[part] = page.at(part);
  }
  return json;
}

std::string CommandOf(const CompareOptions& options, const std::vector<std::string>& folders) {
  std::string command = "batchlab compare";
  for (const std::string& word : folders) {
    command += " " + results::ShellWord(word);
  }
  for (const std::string& demand : options.fail_if) {
    command += " --fail-if " + results::ShellWord(demand);
  }
  return command + " --report " + results::ShellWord(options.report);
}

// What makes both results anew, from a/scenario.json and b/scenario.json, and compares them.
Json CommandsOf(const CompareOptions& options, const Json& a, const Json& b) {
  const auto made = [](const Json& page, const std::string& folder) {
    auto command = page.at("command").get<std::string>();
    const std::size_t file = command.find("scenario.json");
    return (file == std::string::npos ? command : command.insert(file, folder + "/")) + " --out " +
           folder;
  };
  return {made(a, "a"), made(b, "b"), CommandOf(options, {"a", "b"})};
}

std::string Dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Takes away what a page can do without until the text is short enough: first what is drawn of
// single points, then the last half of the points.
std::string Bounded(Json json) {
  std::string text = Dumped(json);
  if (text.size() <= results::kMostReportBytes) {
    return text;
  }
  for (Json& point : json["points"]) {
    point["a"] = Json::object();
    point["b"] = Json::object();
  }
  text = Dumped(json);
  while (text.size() > results::kMostReportBytes && json["points"].size() > 1) {
    const std::size_t kept = json["points"].size() / 2;
    json["points_left_out"] =
        json["points_left_out"].get<std::size_t>() + json["points"].size() - kept;
    json["points"].erase(json["points"].begin() + static_cast<std::ptrdiff_t>(kept),
                         json["points"].end());
    Json pairs = Json::array();
    for (Json& pair : json["pairs"]) {
      if (pair.at("point").get<std::size_t>() < kept) {
        pairs.push_back(std::move(pair));
      }
    }
    json["pairs"] = std::move(pairs);
    text = Dumped(json);
  }
  return text;
}

Result<Json> PageOf(const LoadedResult& loaded) {
  const Result<std::string> text = results::ReportJson({loaded.folder});
  if (!text) {
    return text.error();
  }
  return Json::parse(*text);
}

}  // namespace

Result<std::string> CompareReportJson(const CompareAnswer& answer, const CompareOptions& options) {
  const Result<Json> a = PageOf(answer.a);
  if (!a) {
    return a.error();
  }
  const Result<Json> b = PageOf(answer.b);
  if (!b) {
    return b.error();
  }
  Json demands = Json::array();
  for (const GateResult& gate : answer.gates) {
    demands.push_back({{"status", NameOf(gate.status)}, {"line", results::Shortened(gate.line)}});
  }
  Json warnings = Json::array();
  for (const std::string& warning : answer.warnings) {
    warnings.push_back(results::Shortened(warning));
  }
  return Bounded({{"schema", results::kReportSchema},
                  {"kind", "comparison"},
                  {"of", answer.a.is_sweep ? "sweep" : "run"},
                  {"invalid", !answer.a.invalid.empty() || !answer.b.invalid.empty()},
                  {"compared", answer.pairs.size()},
                  {"different", std::ranges::count_if(answer.pairs, &ComparedPair::shown)},
                  {"a", ResultJson(answer.a, *a)},
                  {"b", ResultJson(answer.b, *b)},
                  {"warnings", std::move(warnings)},
                  {"demands", std::move(demands)},
                  {"quantities", QuantitiesJson()},
                  {"points_left_out", 0},
                  {"points", PointsOf(answer, *a, *b)},
                  {"pairs", PairsOf(answer)},
                  {"command", CommandOf(options, options.folders)},
                  {"commands", CommandsOf(options, *a, *b)}});
}

}  // namespace bench
