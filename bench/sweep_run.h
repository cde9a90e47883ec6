#pragma once

#include <cstddef>
#include <optional>

#include "bench/run_result.h"
#include "bench/sweep_journal.h"

namespace bench {

// Runs what the journal's part of the sweep still lacks, on `jobs` threads. Which thread runs what
// changes no number. Whether all is done: false after a stop. An error ends it early.
[[nodiscard]] batcher::Result<bool> RunSweep(SweepJournal& journal, std::size_t jobs,
                                             const RunControl& control);

// How many runs the journal's part has, and how many of them are still to be done.
struct SweepWork {
  std::size_t all = 0;
  std::size_t left = 0;
};
[[nodiscard]] SweepWork WorkOf(const SweepJournal& journal);

}  // namespace bench
