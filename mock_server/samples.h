#pragma once

#include <string>
#include <vector>

#include "batcher/base/result.h"

namespace mock_server {

// Reads the first column of a CSV file as nanoseconds of service time, each from 0 to one hour. A
// first line that does not begin with a number is a header; empty lines are skipped. The error
// names the file and line; a file without a number is one.
[[nodiscard]] batcher::Result<std::vector<double>> ReadSamples(const std::string& path);

}  // namespace mock_server
