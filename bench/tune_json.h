#pragma once

#include <string>

#include "bench/tune_answer.h"
#include "bench/tune_input.h"

namespace bench {

// All that TuneText tells, for programs: results/README.md has the dictionary. Ends with a line
// feed.
[[nodiscard]] std::string TuneJson(const TuneInput& input, const TuneAnswer& answer);

// The text of distributions.json: the rows of the table, in their order.
[[nodiscard]] std::string TuneDistributionsJson(const TuneAnswer& answer);

}  // namespace bench
