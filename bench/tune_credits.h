#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/tune_answer.h"
#include "bench/tune_input.h"

namespace bench {

// What the choice costs. A call here is one that was answered: those that a quota refuses cost
// nothing.
struct TuneCredits {
  double per_call = 0;
  double per_call_without = 0;              // single calls at once
  std::optional<std::uint64_t> quota = {};  // of a day (server.quota)
  // Calls that the quota carries, rounded down to two digits; none: no quota, or no cost.
  std::optional<std::uint64_t> calls = {};
  std::optional<std::uint64_t> calls_without = {};
};

// None where nobody counts credits: there is no quota, no rate limit (which a plan sets as well),
// and they are not what is made small.
[[nodiscard]] std::optional<TuneCredits> CreditsOf(const TuneInput& input,
                                                   const TuneAnswer& answer);

// "It takes 0.62 credits a call (1 without batches): 3,000 a day carry 4,800 calls, not 3,000." and
// a line feed.
[[nodiscard]] std::string CreditsSentence(const TuneCredits& credits);

// Credits for a call that is answered. `figures` are of any setting.
[[nodiscard]] double CreditsOfAnswered(const TuneFigures& figures);

// "0.62", "1".
[[nodiscard]] std::string CreditsText(double credits);

}  // namespace bench
