#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hunt {

// What really happened in the runs of a hunt, so that one sees what it has tried.
enum class Happened : std::uint8_t {
  kCalls,
  kValue,
  kNotFound,
  kRejected,
  kShed,
  kCancelled,
  kDeadline,
  kTimeout,
  kShutDown,
  kMissing,
  kFailedCall,
  kShared,  // calls that had an entry together with an earlier one
  kBatches,
  kSingles,
  kAbandoned,
  kRequests,
  kPolls,
  kRetries,
  kIsolations,
  kFailed,  // replies
  kRefused,
  kLost,
  kAttemptTimeouts,
  kFlushes,
  kRetunes,
  kDrains,
  kAskedAgain,  // by callers that were told
  kThrown,      // by callers that were told
  kSpared,      // runs repeated without one cancel: all others must fare alike
  kRepeated,
};
inline constexpr std::array<std::string_view, 30> kHappenedNames = {"calls",
                                                                    "values",
                                                                    "not_found",
                                                                    "rejected",
                                                                    "shed",
                                                                    "cancelled",
                                                                    "deadlines",
                                                                    "timeouts",
                                                                    "shut_down",
                                                                    "missing_results",
                                                                    "failed",
                                                                    "shared",
                                                                    "batches",
                                                                    "singles",
                                                                    "abandoned_batches",
                                                                    "requests",
                                                                    "polls",
                                                                    "retries",
                                                                    "isolations",
                                                                    "failed_replies",
                                                                    "refusals",
                                                                    "lost_batches",
                                                                    "attempt_timeouts",
                                                                    "flushes",
                                                                    "retunes",
                                                                    "drains",
                                                                    "asked_again",
                                                                    "thrown",
                                                                    "runs_less_a_cancel",
                                                                    "repeated_runs"};

class Tally {
 public:
  void Add(Happened what, std::uint64_t times = 1) { counts_[Index(what)] += times; }
  void Add(const Tally& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      counts_[i] += other.counts_[i];
    }
  }
  [[nodiscard]] std::uint64_t operator[](Happened what) const { return counts_[Index(what)]; }

 private:
  static constexpr std::size_t Index(Happened what) { return static_cast<std::size_t>(what); }

  std::array<std::uint64_t, kHappenedNames.size()> counts_{};
};

}  // namespace hunt
