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

// The choice as the fields of a scenario's batcher and client: what to paste. One line of JSON.
[[nodiscard]] std::string TunePaste(const TuneInput& input, const TuneAnswer& answer);

}  // namespace bench
