#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

// Steps of ReportJson. What a file holds in another form than it was written in is thrown as an
// exception of nlohmann::json; ReportJson turns that into a sentence.
namespace results {

// A number of a result, with the interval around it where there is one.
struct Measured {
  double value = 0;
  std::optional<double> low = {};
  std::optional<double> high = {};
};

// By the names of sweep.json: "latency.p99_ms", "requests_saved".
using Measurements = std::map<std::string, Measured>;

// "quantities" of a point of sweep.json; "summary" and "intervals95" of run.json.
[[nodiscard]] Measurements MeasurementsOfPoint(const nlohmann::ordered_json& quantities);
[[nodiscard]] Measurements MeasurementsOfRun(const nlohmann::ordered_json& summary,
                                             const nlohmann::ordered_json& intervals);

// The members of a point of the report that are numbers.
[[nodiscard]] nlohmann::ordered_json PointNumbers(const Measurements& measured);

// Six digits: more are noise, and cost room.
[[nodiscard]] double Rounded(double value);

// What a text of a file becomes: cut off where it is longer than a page can show.
[[nodiscard]] std::string Shortened(const std::string& text);

// The policy and the window of `scenario` (as JSON) under `overrides`
// ("batcher.policy.window=5ms"), and what else they change, as members of a point.
void AddSetting(const nlohmann::ordered_json& scenario, const nlohmann::ordered_json& overrides,
                nlohmann::ordered_json& point);

// {"ms": 300, "quantile": "p99"} of the first demand on a quantile of the latency; null: none.
[[nodiscard]] nlohmann::ordered_json TargetOf(const nlohmann::ordered_json& slo);

// [["Arrivals", "poisson, rate 200/s"], ...]: how it was measured, in words.
[[nodiscard]] nlohmann::ordered_json FactsOf(const nlohmann::ordered_json& scenario);
// The machine, its load and the date, of machine.json; empty without that file.
[[nodiscard]] nlohmann::ordered_json MachineFacts(const std::filesystem::path& folder);

// The command that gives a sweep again, from a file with the scenario that the page holds.
[[nodiscard]] std::string SweepCommand(const nlohmann::ordered_json& sweep);

// `text` as a word of a command line.
[[nodiscard]] std::string ShellWord(const std::string& text);

// The kinds of a report. Each from the folder of its own result.
[[nodiscard]] nlohmann::ordered_json ReportOfRuns(const std::vector<std::filesystem::path>& runs);
[[nodiscard]] nlohmann::ordered_json ReportOfSweep(const std::filesystem::path& folder);
[[nodiscard]] nlohmann::ordered_json ReportOfTune(const std::filesystem::path& folder);

// Adds to the point of a run what its rows (calls.csv, batches.csv) tell: latency by percentile,
// sizes of batches by flush reason, arrivals over time. Without these files nothing. `batches`
// answered the calls: the evidence behind a quantile.
void AddRows(const std::filesystem::path& folder, double batches, nlohmann::ordered_json& point);

// Adds "curve" and "sizes" of distributions.json to the points, by their labels. Without that file
// nothing.
void AddDistributions(const std::filesystem::path& folder, nlohmann::ordered_json& points);

// The file as JSON. What is nested deeper than in any file of ours is left out: whatever walks
// through the rest may call itself for each level.
[[nodiscard]] nlohmann::ordered_json ReadJson(const std::filesystem::path& file);

}  // namespace results
