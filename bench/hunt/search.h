#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/hunt/case.h"
#include "bench/hunt/run.h"
#include "bench/hunt/tally.h"

namespace hunt {

struct SearchPlan {
  std::uint64_t first = 1;
  std::uint64_t last = 1;  // included
  unsigned threads = 1;
};

struct SearchResult {
  std::uint64_t seeds = 0;                  // that were run
  std::optional<std::uint64_t> found = {};  // the least seed that breaks
  Tally tally = {};
};

// Runs the cases of all seeds, until one breaks; in a process of its own, so that one which ends
// the program, or never ends, is a find like any other. Progress goes to standard error. REQUIRES:
// the caller has no threads.
[[nodiscard]] SearchResult Search(const SearchPlan& plan);

// Runs one case in a process of its own: a case that ends the program, or takes longer than a
// minute, is broken too.
[[nodiscard]] std::optional<Broken> TryApart(const Case& run);

}  // namespace hunt
