#pragma once

#include <string>
#include <vector>

#include "bench/verify_run.h"
#include "results/lib/table.h"

namespace bench {

// The worst of all.
[[nodiscard]] VerifyVerdict VerdictOf(const std::vector<VerifiedCase>& cases);

// The verdict in a sentence, the table, and what chance allows.
[[nodiscard]] std::string VerifyText(const std::vector<VerifiedCase>& cases,
                                     results::TextStyle style);

// The same for programs: times in seconds.
[[nodiscard]] std::string VerifyJson(const std::vector<VerifiedCase>& cases,
                                     const VerifySize& size);

}  // namespace bench
