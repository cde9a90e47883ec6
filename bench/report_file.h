#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "batcher/base/result.h"

namespace bench {

// What the page of a result is called in its folder.
inline constexpr const char* kReportFile = "report.html";

// Writes the page of a result as `file`, as a whole or not at all. Equal files in the folders give
// equal bytes. None, or what is wrong with a folder or the file.
[[nodiscard]] std::optional<batcher::Error> WriteReport(
    const std::vector<std::filesystem::path>& folders, const std::filesystem::path& file);

}  // namespace bench
