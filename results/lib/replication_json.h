#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "results/lib/replication.h"

namespace results {

// A replication as one line of JSON, from which the very same is read again: what a sweep keeps of
// each run, so that it may be resumed, or joined from parts. The format is the sweep's own and
// changes with kSchemaVersion.
[[nodiscard]] std::string ReplicationJson(const Replication& replication);
[[nodiscard]] batcher::Result<Replication> ParseReplication(std::string_view text);

}  // namespace results
