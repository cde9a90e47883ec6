#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "mock_server/service_model.h"

namespace bench {

// A service as somebody timed it.
struct ServiceInput {
  mock_server::ServiceOptions server;  // to simulate with
  // By the lower and the upper ends of the fit's 95 % intervals, all at once, so they are wider
  // than a joint interval; equal to `server` if that is exact.
  mock_server::ServiceOptions optimistic;
  mock_server::ServiceOptions pessimistic;
  // Batches above it are extrapolated; none: there is no limit (a scenario's model).
  std::optional<std::size_t> largest_measured;
  // "24 timings, sizes 1..200: single 60 ms median; batch 80 ms + 0.5 ms a call"
  std::string description;
  // Whole sentences without a full stop: what the timings don't tell, and what was taken instead.
  std::vector<std::string> warnings;
};

// `path` is one of three:
//
// sizes.csv: a line for each timing with a size and a time in milliseconds, "50,104.2". A header is
//   optional. With one, the columns are named: size (or n, items, entries, calls), and a time with
//   its unit at the end (ms, s or seconds, us, ns: "time_ms", "seconds"), in any order among
//   others. Separated by commas, semicolons or tabs. Size 1 is a single call; it stands for a batch
//   of one, too, if the batches alone give no line: if there are fewer than 3 of them, of fewer
//   than two sizes, or none of 2 to 10 calls. The times are from submit to answer, as one takes
//   them by hand. What was polled in that time is in them: with polls each p a time is longer than
//   the service by p / 2 on average, and the simulation, which polls by itself, pays for it twice.
//   Time with polls that are close together. The network's round trip is in them as well: the
//   scenario's rtt stays 0.
// batches.csv: the harness's own log, known by its columns endpoint, entries, attempted_ns and
//   answered_ns. Batches that were answered count, from attempted to answered, each for its
//   entries: no poll is in that, but the time in which the service let them queue is.
// *.json: the server of a scenario, as it stands.
//
// From timings, `batch` is base + per_item with lognormal jitter if there is any spread (see
// results::FitService), and `single` is lognormal from the median and the spread of its timings, or
// constant if there are fewer than 5. How batches are answered, the workers and all else are those
// of `defaults`. An error names file, line, what was found and what is wanted.
[[nodiscard]] batcher::Result<ServiceInput> ReadService(
    const std::string& path, const mock_server::ServiceOptions& defaults);

}  // namespace bench
