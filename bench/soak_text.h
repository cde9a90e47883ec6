#pragma once

#include <string>

#include "bench/soak.h"
#include "results/lib/table.h"

namespace bench {

// The soak for people: whether memory stayed flat first, then a line for each window, measured.
// Ends with a line feed.
[[nodiscard]] std::string SoakText(const SoakPlan& plan, const SoakResult& result,
                                   results::TextStyle style);

}  // namespace bench
