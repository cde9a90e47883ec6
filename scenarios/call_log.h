#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "batcher/base/time.h"

namespace scenarios {

// A user's own log of calls: when each came in, and what else the log tells. It is CSV with a
// header (RFC 4180; comma, semicolon or tab, found from the header) or JSON lines (one object a
// line), found from the first byte; UTF-8 with or without a byte order mark.
//
// The columns key, session and group are read by these names, and the one called delivered or ended
// (with _ns, _us, _ms, _s, _at or _time behind) as the time at which a call had its answer, on the
// clock of its arrival. Letter case does not matter; for names that are given, the exact one goes
// first. The harness's own calls.csv is such a log.

// Where to read, and how to understand it.
struct CallLogOptions {
  std::string path = {};  // "-": standard input

  // The column of times; empty: found by its name, the first of arrival, intended, submitted,
  // arrived, enqueued, received, started, start, created, time, timestamp, timestamp_utc,
  // @timestamp, time_iso8601, msec, ts, datetime; where times are of answers, of completed,
  // completion, finished, ended, end, delivered, time, timestamp, @timestamp, time_iso8601, msec,
  // ts, datetime (each with _ns, _us, _ms, _s, _at or _time behind, or bare).
  std::string time_column = {};

  // "ns", "us", "ms", "s", "iso"; empty: from the end of the column's name (_ns, _us, _ms, _s),
  // else from the look of the first value: ISO 8601 (fractions and zone as they come; without a
  // zone all are of one), or a number of the size that dates of our age have in one of the units.
  // Numbers counted from another zero need the unit.
  std::string time_unit = {};

  // The times are those of answers: a call's arrival is its time less its duration.
  bool time_is_completion = false;

  // How long a call took; its unit is at the end of its name or of each value ("12ms"), else that
  // of time_unit. Empty: found by its name where times are of answers, the first of duration,
  // latency, elapsed, took, response_time, request_time, upstream_response_time. Given without
  // time_is_completion: a call ended that long after its time.
  std::string duration_column = {};

  // Of its numbers: "ns", "us", "ms", "s"; empty: as said there. Those that nginx calls
  // request_time and upstream_response_time are seconds.
  std::string duration_unit = {};
};

inline constexpr std::uint32_t kNoSession = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t kNoGroup = std::numeric_limits<std::uint32_t>::max();

struct LoggedCall {
  batcher::Instant at = {};  // counted from the first call of the log
  // When its answer was delivered, on the same clock and not before `at`, if the log tells.
  std::optional<batcher::Instant> ended = {};
  std::uint64_t key = 0;               // index into CallLog::keys; its own number without keys
  std::uint32_t session = kNoSession;  // which value of the column session
  std::uint32_t group = kNoGroup;      // which value of the column group: a burst
};

struct CallLog {
  std::string times_from = {};         // which column, in which unit: "ts, s"
  std::vector<LoggedCall> calls = {};  // ascending by `at`, at equal times in the order of the log
  std::vector<std::string> keys = {};  // texts, UTF-8; empty: no column key
  std::uint32_t sessions = 0;
  std::uint32_t groups = 0;
  // Sentences on what was mended or looks wrong: rows out of order (how many), steps of the clock
  // (back, or forward by an hour and more), repeated rows, skipped rows, coarse stamps ...
  std::vector<std::string> warnings = {};
};

// Why a log can't be used, in a sentence that names file, line, column, what was found and wanted.
struct CallLogProblem {
  // The log is well-formed, but no window can be chosen from it: too few calls, too short, stamps
  // too coarse. Else it can't be understood.
  bool unsuitable = false;
  std::string message;
};

using CallLogOrProblem = std::variant<CallLog, CallLogProblem>;

// The last 30 % of 200 calls are 60: a share of them, such as the requests saved, is known to
// +-13 points at best (1.96 sqrt(1/4 / 60)). With fewer no window can be told from its neighbour.
inline constexpr std::size_t kFewestCalls = 200;
// Calls that came at one moment are one observation: a hundred bursts of ten are a hundred.
inline constexpr std::size_t kFewestMoments = 100;
// The last 30 % of 5 s are 15 windows of 100 ms. A shorter log shows neither a quiet nor a busy
// spell, whatever the number of its calls.
inline constexpr batcher::Duration kShortestLog = std::chrono::seconds(5);
// As long as a trace may be (arrivals `trace`). A longer log more likely holds a wrong time.
inline constexpr batcher::Duration kLongestLog = std::chrono::hours(24 * 100);
// Windows are tens and hundreds of milliseconds: where all stamps are multiples of this or more
// (whole seconds), what a window would gather is not in the log. It does not matter where calls
// are so rare that no more than kMostCoarseGaps of the gaps are 0 or 1 such step.
inline constexpr batcher::Duration kCoarsestStamps = std::chrono::milliseconds(100);
inline constexpr double kMostCoarseGaps = 0.05;

// Reads a log. A torn last row without a line end (a log that is still written) is dropped with a
// warning; one elsewhere is a problem. Millions of rows take seconds; at most kLargestTextFile
// bytes.
[[nodiscard]] CallLogOrProblem ReadCallLog(const CallLogOptions& options);

// The same of a text in memory; `options.path` serves for messages only.
[[nodiscard]] CallLogOrProblem ParseCallLog(std::string_view text, const CallLogOptions& options);

// The gaps between neighbouring calls, one fewer than calls. REQUIRES: at least one call.
[[nodiscard]] std::vector<batcher::Duration> GapsOf(const std::vector<LoggedCall>& calls);

}  // namespace scenarios
