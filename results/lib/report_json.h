#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "batcher/base/result.h"

namespace results {

// The form of what ReportJson gives; results/README.md tells of its keys.
inline constexpr const char* kReportSchema = "batchlab.report/1";

// The most bytes that ReportJson gives, however large the result is.
inline constexpr std::size_t kMostReportBytes = 1'000'000;

// All that the page of a result shows, as one JSON text of aggregates: of one sweep, of one tune,
// or of one or several runs. It is a function of the files alone. An error is one sentence that
// names the folder: it is missing, it holds no such result, or one that did not end.
[[nodiscard]] batcher::Result<std::string> ReportJson(
    const std::vector<std::filesystem::path>& folders);

}  // namespace results
