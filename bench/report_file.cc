#include "bench/report_file.h"

#include "bench/terminal.h"
#include "results/lib/report_json.h"
#include "results/lib/report_page.h"
#include "results/lib/run_files.h"

namespace bench {

std::optional<batcher::Error> WriteReport(const std::vector<std::filesystem::path>& folders,
                                          const std::filesystem::path& file) {
  const batcher::Result<std::string> json = results::ReportJson(folders);
  if (!json) {
    return json.error();
  }
  return results::WriteFileAtOnce(file, results::ReportPage(*json, results::PageKind::kResult));
}

void AddReport(const std::filesystem::path& folder, const OutputOptions& output) {
  std::error_code ignored;
  if (output.no_report) {
    std::filesystem::remove(folder / kReportFile, ignored);
  } else if (const auto error = WriteReport({folder}, folder / kReportFile)) {
    std::filesystem::remove(folder / kReportFile, ignored);  // it would show another result
    Warn("warning: the page was not written, the numbers were: " + error->message);
  }
}

std::string ReportMention(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / kReportFile, ignored)
             ? std::string(kReportFile) + ", "
             : "";
}

}  // namespace bench
