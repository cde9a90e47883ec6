#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "results/lib/service_fit.h"

namespace bench {

// The timings of a file, as they stand there.
struct TimingsFile {
  std::vector<double> singles_ms;        // a log: through the single endpoint; else of size 1
  std::vector<results::Timing> batches;  // a log: through the batch endpoint; else the others
  bool log = false;                      // it was batches.csv
};

// Reads the text of sizes.csv or batches.csv (see ReadService); `path` is for errors only. Every
// time is above 0 and at most an hour, every size at least 1.
[[nodiscard]] batcher::Result<TimingsFile> ParseTimings(std::string_view text,
                                                        const std::string& path);

}  // namespace bench
