#include "bench/report_file.h"

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
  return results::WriteFileAtOnce(file, results::ReportPage(*json));
}

std::optional<batcher::Error> AddReport(const std::filesystem::path& folder,
                                        const OutputOptions& output) {
  if (output.no_report) {
    std::error_code ignored;
    std::filesystem::remove(folder / kReportFile, ignored);
    return std::nullopt;
  }
  return WriteReport({folder}, folder / kReportFile);
}

std::string ReportMention(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::exists(folder / kReportFile, ignored) ? std::string(kReportFile) + ", "
                                                                : "";
}

}  // namespace bench
