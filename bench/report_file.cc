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

}  // namespace bench
