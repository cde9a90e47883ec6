#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/command_run.h"

namespace bench {

// What the page of a result is called in its folder.
inline constexpr const char* kReportFile = "report.html";

// Writes the page of a result as `file`, as a whole or not at all. Equal files in the folders give
// equal bytes. None, or what is wrong with a folder or the file.
[[nodiscard]] std::optional<batcher::Error> WriteReport(
    const std::vector<std::filesystem::path>& folders, const std::filesystem::path& file);

// The page of one result, in its folder; if `output` leaves it out, none, nor an old one. A page
// that can't be written is warned of on standard error: the numbers of the result are there all the
// same.
void AddReport(const std::filesystem::path& folder, const OutputOptions& output);

// How a list of the files in the folder begins: "report.html, " if it is there, else "".
[[nodiscard]] std::string ReportMention(const std::filesystem::path& folder);

}  // namespace bench
