#pragma once

#include <string>

#include "bench/tune_answer.h"
#include "bench/tune_input.h"

namespace bench {

// What to do, what it brings, whether it held, and what is near it: sentences, the last of which
// ends with a line feed.
[[nodiscard]] std::string TuneVerdict(const TuneInput& input, const TuneAnswer& answer);

// Whether the choice is to be recommended: it holds the demands, as far as the calls tell.
[[nodiscard]] bool IsAdvice(const TuneAnswer& answer);

// "37 %".
[[nodiscard]] std::string Percent(double ratio);
// "p99".
[[nodiscard]] std::string QuantileName(const TuneAnswer& answer);
// "p99 293 ms", "p99 not known".
[[nodiscard]] std::string QuantilePhrase(const TuneAnswer& answer, const TuneFigures& figures);

}  // namespace bench
