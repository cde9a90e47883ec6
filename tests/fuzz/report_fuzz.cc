// Goal: a report of a folder of any files is JSON that a page can hold, or a sentence.
// Method: the input is the files one behind the other, each behind a line "=== NAME"; names that no
// result has are left out.

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "batcher/base/check.h"
#include "batcher/base/test_folder.h"
#include "batcher/recorder/ledger_rows.h"
#include "results/lib/report_json.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

constexpr std::string_view kMark = "=== ";
constexpr std::array<std::string_view, 9> kNames = {
    "run.json",  "sweep.json",         "tune.json", "machine.json", "chosen.json",
    "sweep.csv", "distributions.json", "calls.csv", "batches.csv"};

// Rows go without their header, which no fuzzer would guess.
std::string HeaderOf(std::string_view name) {
  return name == "calls.csv"     ? batcher::CallHeader()
         : name == "batches.csv" ? batcher::BatchHeader()
                                 : "";
}

void Try(Input input) {
  static const batcher::TestFolder folder;
  for (const std::string_view name : kNames) {
    std::filesystem::remove(folder.Path(name));
  }
  input.TakeUpTo(kMark);
  while (!input.rest().empty()) {
    const std::string_view name = input.TakeLine();
    const std::string_view text = input.TakeUpTo("\n=== ");
    if (std::ranges::find(kNames, name) != kNames.end()) {
      folder.Write(name, HeaderOf(name) + std::string(text) + "\n");
    }
  }
  const auto report = results::ReportJson({folder.path()});
  if (!report) {
    CHECK(report.error().message.starts_with(folder.path().string() + ": "));
    return;
  }
  CHECK(report->size() <= results::kMostReportBytes);
  CHECK(nlohmann::json::accept(*report));
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
