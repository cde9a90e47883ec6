#pragma once

#include <memory>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace scenarios {

// Recorded arrivals, ascending. Shared, never changed: a trace may have millions of lines and is
// replayed by every copy of a stream.
using Trace = std::shared_ptr<const std::vector<batcher::Instant>>;

// Reads the column arrival_ns of a CSV file with a header; other columns are ignored. Each time is
// divided by `speed`. An unreadable line, or a time before the one above it, is an error that names
// file and line. REQUIRES: speed > 0.
[[nodiscard]] batcher::Result<Trace> ReadTrace(const std::string& path, double speed);

}  // namespace scenarios
