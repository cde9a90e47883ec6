#pragma once

#include <string>

#include "bench/tune_answer.h"
#include "bench/tune_input.h"
#include "results/lib/table.h"

namespace bench {

// The answer for people: what was read, what to do and what that brings, whether it held, the
// table, what bought it, other traffic. Ends with a line feed.
[[nodiscard]] std::string TuneText(const TuneInput& input, const TuneAnswer& answer,
                                   results::TextStyle style);

}  // namespace bench
