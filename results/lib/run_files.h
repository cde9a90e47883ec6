#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "results/lib/machine.h"
#include "results/lib/run_json.h"

namespace results {

// Where a run shall leave its files.
struct RunPlace {
  // Given by the user: taken as it is, made if it is missing. None: a new folder
  // ROOT/runs/UTC-SCENARIO, to which the link ROOT/latest will point.
  std::optional<std::filesystem::path> chosen = {};
  std::filesystem::path root = "results";
  std::string scenario_name = {};                  // any text; see SafeName
  std::chrono::system_clock::time_point now = {};  // the start of the run
};

// The folder of one run: it exists and can be written to.
struct RunDirectory {
  std::filesystem::path path = {};
  // The link that WriteRun turns to `path`; none if the user chose the folder.
  std::optional<std::filesystem::path> latest = {};
};

// To be called before the run, so that an hour's work never ends at a full disk or a wrong path.
// What an earlier run, sweep or tune left there as its last word (run.json and the like,
// report.html) is removed: it would describe other rows. So is what a killed one has half written.
[[nodiscard]] batcher::Result<RunDirectory> OpenRunDirectory(const RunPlace& place);

// Writes machine.json and run.json, then turns the link. Each file is there as a whole or not at
// all. The rows (calls.csv, batches.csv) are written apart: see ledger_csv.h.
[[nodiscard]] std::optional<batcher::Error> WriteRun(const RunDirectory& directory,
                                                     const RunReport& report,
                                                     const Machine& machine);

// The steps of WriteRun, for what is no single run.
[[nodiscard]] std::optional<batcher::Error> WriteMachine(const RunDirectory& directory,
                                                         const Machine& machine);
[[nodiscard]] std::optional<batcher::Error> TurnLatest(const RunDirectory& directory);

// Writes beside the file, then renames: readers see the old text or the new one, never a part.
[[nodiscard]] std::optional<batcher::Error> WriteFileAtOnce(const std::filesystem::path& path,
                                                            std::string_view text);
// The same for a long text, which `content` hands over in pieces.
using TextSink = std::function<void(std::string_view)>;
[[nodiscard]] std::optional<batcher::Error> WriteFileAtOnce(
    const std::filesystem::path& path, const std::function<void(const TextSink&)>& content);

// A file name made of any text: letters, digits, '.', '_' and '-', at most 80, not hidden, not
// empty.
[[nodiscard]] std::string SafeName(std::string_view text);

}  // namespace results
