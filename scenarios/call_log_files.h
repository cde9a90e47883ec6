#pragma once

#include <optional>
#include <span>
#include <string>

#include "batcher/base/result.h"
#include "scenarios/call_log.h"

namespace scenarios {

// Both files are written beside their place and renamed: whoever reads sees all or nothing. An
// error names the file; none: it is written. REQUIRES of both: at least one call.

// The arrivals of a part of a log as a file for arrivals of the kind `trace`: a column arrival_ns,
// counted from the part's first call. REQUIRES: ascending, as in CallLog.
[[nodiscard]] std::optional<batcher::Error> WriteTrace(const std::string& path,
                                                       std::span<const LoggedCall> calls);

// Their keys as a file for keys of the kind `file`: the text of one key a line, one line a call in
// the order of the trace. Line ends within a key are written as spaces. Without texts (no column
// key) each line is the key's number.
[[nodiscard]] std::optional<batcher::Error> WriteKeys(const std::string& path,
                                                      std::span<const LoggedCall> calls,
                                                      std::span<const std::string> keys);

}  // namespace scenarios
