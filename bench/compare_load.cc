#include "bench/compare_load.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "results/lib/ledger_read.h"
#include "results/lib/quantile.h"
#include "scenarios/json_text.h"
#include "scenarios/log_rows.h"
#include "scenarios/text_file.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using batcher::Error;
using batcher::Result;
using nlohmann::json;

Result<json> ReadJson(const fs::path& path) {
  const Result<std::string> text =
      scenarios::ReadTextFile(path.string(), scenarios::kLargestTextFile);
  if (!text) {
    return text.error();
  }
  Result<json> document = scenarios::ParseJson(*text);
  if (!document) {
    return Error{path.string() + ": " + document.error().message};
  }
  if (!document->is_object()) {
    return Error{path.string() + ": found no JSON object"};
  }
  return document;
}

std::string TextOf(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The leaves of the scenario that decide its numbers.
std::map<std::string, std::string> LeavesOf(const json& document) {
  std::map<std::string, std::string> leaves;
  const auto scenario = document.find("scenario");
  if (scenario == document.end() || !scenario->is_object()) {
    return leaves;
  }
  json deciding = *scenario;
  for (const char* other : {"name", "description", "seed", "slo"}) {
    deciding.erase(other);
  }
  const json flat = deciding.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    std::string path = pointer.substr(1);
    std::ranges::replace(path, '/', '.');
    leaves[path] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return leaves;
}

void ReadSurroundings(const fs::path& folder, const json& document, LoadedResult& result) {
  result.engine = TextOf(document, "engine");
  result.scenario = LeavesOf(document);
  if (const Result<json> machine = ReadJson(folder / "machine.json")) {
    result.machine = fmt::format("{}, {}", TextOf(*machine, "cpu"), TextOf(*machine, "kernel"));
  }
  const auto build = document.find("build");
  if (build != document.end()) {
    result.build = fmt::format("{}, {}, {}", TextOf(*build, "commit"), TextOf(*build, "compiler"),
                               TextOf(*build, "flags"));
  }
}

Result<LoadedResult> LoadRun(const fs::path& folder, LoadedResult result) {
  const Result<json> document = ReadJson(folder / "run.json");
  if (!document) {
    return document.error();
  }
  ReadSurroundings(folder, *document, result);
  const json verdict = document->value("verdict", json::object());
  if (TextOf(verdict, "status") == "INVALID") {
    std::string reasons;
    for (const json& reason : verdict.value("reasons", json::array())) {
      reasons += (reasons.empty() ? "" : "; ") + reason.get<std::string>();
    }
    result.invalid.push_back(fmt::format("{} is INVALID: {}", result.folder, reasons));
  }
  Result<results::Ledger> ledger = results::ReadLedger(folder);
  if (!ledger) {
    return ledger.error();
  }
  result.ledger = *std::move(ledger);
  return result;
}

// What sweep.csv has of ComparedQuantities(): a column, and what it is divided by.
struct SweepColumn {
  std::string_view column = {};
  double unit = 1;        // of the column, in that of the quantity
  bool of_calls = false;  // it is divided by the calls
  double quantile = 0;    // 0: it is none
};
constexpr double kNanosecond = 1e-6;  // in milliseconds
constexpr std::array<SweepColumn, 9> kColumns = {{{"latency_mean_ns", kNanosecond},
                                                  {"latency_p50_ns", kNanosecond, false, 0.5},
                                                  {"latency_p90_ns", kNanosecond, false, 0.9},
                                                  {"latency_p99_ns", kNanosecond, false, 0.99},
                                                  {"wait_mean_ns", kNanosecond},
                                                  {"requests_saved", 1},
                                                  {"calls_per_batch_mean", 1},
                                                  {"credits", 1, true},
                                                  {"errors", 1, true}}};

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

// Fields of a row before kColumns.
constexpr std::array<std::string_view, 4> kRowHead = {"label", "seed", "calls", "batches"};

// Batches of all runs of each point, by its label.
using BatchCounts = std::map<std::string, double>;

std::optional<Error> AddRow(const scenarios::LogRow& row, LoadedResult& result,
                            BatchCounts& batches) {
  const std::string label(row.fields[0]);
  const auto seed = NumberOf(row.fields[1]);
  const auto calls = NumberOf(row.fields[2]);
  const auto left = NumberOf(row.fields[3]);
  if (!seed || !calls || *calls <= 0 || !left) {
    return Error{fmt::format("{}/sweep.csv: line {} is no row of it", result.folder, row.line)};
  }
  if (!result.values.contains(label)) {
    result.points.push_back(label);
  }
  batches[label] += *left;
  auto& values = result.values[label][static_cast<std::uint64_t>(*seed)];
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    std::optional<double> value = NumberOf(row.fields[i + kRowHead.size()]);
    if (value) {
      *value *= kColumns[i].unit / (kColumns[i].of_calls ? *calls : 1);
    }
    values.push_back(value);
  }
  return std::nullopt;
}

// Takes out the quantiles that too few batches stand behind, over all runs of a point.
void DropUnknown(const BatchCounts& batches, LoadedResult& result) {
  for (auto& [label, runs] : result.values) {
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const double quantile = kColumns[i].quantile;
      if (quantile == 0 ||
          batches.at(label) >= static_cast<double>(results::EvidenceNeeded(quantile))) {
        continue;
      }
      for (auto& [seed, values] : runs) {
        values[i] = std::nullopt;
      }
    }
  }
}

std::optional<Error> ReadSweepRows(const std::string& text, LoadedResult& result) {
  const auto rows = scenarios::OpenCsvRows(text);
  if (!rows) {
    return Error{result.folder + "/sweep.csv: " + rows.error().message};
  }
  std::vector<std::string_view> names(kRowHead.begin(), kRowHead.end());
  for (const SweepColumn& column : kColumns) {
    names.push_back(column.column);
  }
  std::vector<std::size_t> wanted;
  for (const std::string_view name : names) {
    const auto found = std::ranges::find((*rows)->columns(), name);
    if (found == (*rows)->columns().end()) {
      return Error{fmt::format("{}/sweep.csv: found no column {}", result.folder, name)};
    }
    wanted.push_back(static_cast<std::size_t>(found - (*rows)->columns().begin()));
  }
  (*rows)->Want(wanted);
  scenarios::LogRow row;
  BatchCounts batches;
  for (auto state = (*rows)->Next(row); state != scenarios::RowState::kEnd;
       state = (*rows)->Next(row)) {
    if (state == scenarios::RowState::kUnreadable) {
      return Error{fmt::format("{}/sweep.csv: line {}: {}", result.folder, row.line, row.problem)};
    }
    if (state == scenarios::RowState::kRow) {
      if (auto error = AddRow(row, result, batches)) {
        return error;
      }
    }
  }
  DropUnknown(batches, result);
  return std::nullopt;
}

Result<LoadedResult> LoadSweep(const fs::path& folder, LoadedResult result) {
  result.is_sweep = true;
  const Result<json> document = ReadJson(folder / "sweep.json");
  if (!document) {
    return document.error();
  }
  ReadSurroundings(folder, *document, result);
  for (const json& point : document->value("points", json::array())) {
    if (point.contains("invalid") && point["invalid"].is_string()) {
      result.invalid.push_back(fmt::format("{}: {} is INVALID: {}", result.folder,
                                           TextOf(point, "label"), TextOf(point, "invalid")));
    }
  }
  const Result<std::string> text =
      scenarios::ReadTextFile((folder / "sweep.csv").string(), scenarios::kLargestTextFile);
  if (!text) {
    return text.error();
  }
  if (auto error = ReadSweepRows(*text, result)) {
    return *std::move(error);
  }
  return result;
}

// "batcher.policy.window: 50ms, 52.5ms"
std::vector<std::string> ScenarioChanges(const LoadedResult& a, const LoadedResult& b) {
  std::set<std::string> paths;
  for (const LoadedResult* result : {&a, &b}) {
    for (const auto& [path, value] : result->scenario) {
      paths.insert(path);
    }
  }
  const auto shown = [](const LoadedResult& result, const std::string& path) {
    const auto found = result.scenario.find(path);
    return found == result.scenario.end() ? std::string("not there") : found->second;
  };
  std::vector<std::string> changes;
  for (const std::string& path : paths) {
    if (shown(a, path) != shown(b, path)) {
      changes.push_back(fmt::format("{}: {}, then {}", path, shown(a, path), shown(b, path)));
    }
  }
  return changes;
}

}  // namespace

Result<LoadedResult> LoadResult(const std::string& folder) {
  LoadedResult result{.folder = folder};
  std::error_code ignored;
  if (fs::exists(fs::path(folder) / "sweep.json", ignored)) {
    return LoadSweep(folder, std::move(result));
  }
  if (fs::exists(fs::path(folder) / "run.json", ignored)) {
    return LoadRun(folder, std::move(result));
  }
  return Error{folder + ": found neither run.json nor sweep.json, wanted the folder of a result"};
}

std::vector<std::string> CompareWarnings(const LoadedResult& a, const LoadedResult& b) {
  std::vector<std::string> warnings = a.invalid;
  warnings.insert(warnings.end(), b.invalid.begin(), b.invalid.end());
  if (a.engine != b.engine) {
    warnings.push_back(fmt::format("one is {}, the other {}: times of a model and of a machine",
                                   a.engine, b.engine));
  }
  if (a.engine != "sim" && b.engine != "sim" && a.machine != b.machine) {
    warnings.push_back(fmt::format("the machines differ: {}, then {}", a.machine, b.machine));
  }
  if (a.build != b.build) {
    warnings.push_back(fmt::format("the builds differ: {}, then {}", a.build, b.build));
  }
  const std::vector<std::string> changes = ScenarioChanges(a, b);
  constexpr std::size_t kMostShown = 8;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostShown); ++i) {
    warnings.push_back("the scenarios differ in " + changes[i]);
  }
  if (changes.size() > kMostShown) {
    warnings.push_back(fmt::format("... and in {} more fields", changes.size() - kMostShown));
  }
  return warnings;
}

}  // namespace bench
