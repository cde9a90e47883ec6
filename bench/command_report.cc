#include "bench/command_report.h"

#include <fmt/core.h>

#include <filesystem>

#include "bench/report_file.h"
#include "bench/terminal.h"

namespace bench {

ExitCode CommandReport(const ReportOptions& options) {
  const std::vector<std::filesystem::path> folders(options.folders.begin(), options.folders.end());
  const std::filesystem::path file =
      options.out.empty() ? folders.front() / kReportFile : std::filesystem::path(options.out);
  if (const auto error = WriteReport(folders, file)) {
    return Refuse("report: " + error->message);
  }
  return Printed(ExitCode::kGood, [&] { fmt::print("Saved   {}\n", file.string()); });
}

}  // namespace bench
