#pragma once

#include <string>

#include "scenarios/call_log.h"
#include "scenarios/gap_comb.h"

namespace scenarios {

// A log in a line: how many calls, in what time, at what mean rate, how they vary, and the combs in
// their gaps: "8,819 calls, 57 min, 2.57/s, bursty; 12 % of gaps are 96..101 ms (a timer
// upstream?)". Gaps whose coefficient of variation is below 0.5 are "regular", up to 1.3 "random"
// (that of Poisson arrivals is 1), beyond "bursty". REQUIRES: at least two calls.
[[nodiscard]] std::string DescribeArrivals(const CallLog& log);

// "96..101 ms".
[[nodiscard]] std::string GapText(const GapComb& comb);

}  // namespace scenarios
