#include "results/lib/report_json.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "results/lib/report_parts.h"

namespace results {
namespace {

using batcher::Error;
using batcher::Result;
using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

std::string Dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool Has(const Path& folder, const char* file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / file, ignored);
}

// Why a report can't be made of the folder; none: it can.
std::optional<Error> Refusal(const Path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return Error{fmt::format("{}: there is no such folder", folder.string())};
  }
  for (const char* file : {"run.json", "sweep.json", "tune.json"}) {
    if (Has(folder, file)) {
      return std::nullopt;
    }
  }
  if (Has(folder, "cells.jsonl")) {
    return Error{fmt::format("{}: the sweep has not ended; go on with: batchlab sweep --resume {}",
                             folder.string(), folder.string())};
  }
  if (Has(folder, "calls.csv")) {
    return Error{fmt::format("{}: the run did not end, there is no run.json", folder.string())};
  }
  return Error{fmt::format(
      "{}: found none of run.json, sweep.json and tune.json, wanted the folder of a result",
      folder.string())};
}

// Takes away what a page can do without until the text is short enough: first what is drawn of
// single points, then every other point that is neither a baseline nor marked best.
std::string Bounded(Json json) {
  std::string text = Dumped(json);
  if (text.size() <= kMostReportBytes) {
    return text;
  }
  json["scenario"] = nullptr;
  for (Json& point : json["points"]) {
    for (const char* part : {"curve", "sizes", "arrivals", "slo"}) {
      point.erase(part);
    }
  }
  text = Dumped(json);
  while (text.size() > kMostReportBytes && json["points"].size() > 1) {
    Json kept = Json::array();
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < json["points"].size(); ++i) {
      const Json& point = json["points"][i];
      const bool needed = point["baseline"] == true && i < 10;
      if (needed || i % 2 == 0 || point["label"] == json["best"]) {
        kept.push_back(point);
      } else {
        ++left_out;
      }
    }
    if (left_out == 0) {
      break;
    }
    json["points"] = std::move(kept);
    json["points_left_out"] = json["points_left_out"].get<std::size_t>() + left_out;
    text = Dumped(json);
  }
  return text;
}

Result<std::string> Made(const std::vector<Path>& folders) {
  if (Has(folders.front(), "sweep.json")) {
    return Bounded(ReportOfSweep(folders.front()));
  }
  if (Has(folders.front(), "tune.json")) {
    return Bounded(ReportOfTune(folders.front()));
  }
  return Bounded(ReportOfRuns(folders));
}

}  // namespace

Result<std::string> ReportJson(const std::vector<Path>& folders) {
  if (folders.empty()) {
    return Error{"found no folder, wanted that of a result"};
  }
  for (const Path& folder : folders) {
    if (auto error = Refusal(folder)) {
      return *std::move(error);
    }
    if (folders.size() > 1 && !Has(folder, "run.json")) {
      return Error{fmt::format("{}: it is no run; of a sweep or a tune wanted one folder alone",
                               folder.string())};
    }
  }
  try {
    return Made(folders);
  } catch (const Json::exception& thrown) {
    return Error{fmt::format("{}: its files are not such as this version writes: {}",
                             folders.front().string(), thrown.what())};
  }
}

}  // namespace results
