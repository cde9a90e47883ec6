#pragma once

#include <string>

#include "batcher/base/result.h"
#include "bench/command_compare.h"
#include "bench/compare_text.h"

namespace bench {

// All that the page of a comparison shows, as one JSON text of at most results::kMostReportBytes;
// results/README.md tells of its keys. A function of the files of the two results and of `options`,
// by which `answer` was made. An error names the folder of which no page can be made.
[[nodiscard]] batcher::Result<std::string> CompareReportJson(const CompareAnswer& answer,
                                                             const CompareOptions& options);

}  // namespace bench
