#pragma once

#include <string>

#include "bench/soak.h"

namespace bench {

// The text of soak.json; fields in results/README.md.
[[nodiscard]] std::string SoakJson(const SoakPlan& plan, const SoakResult& result);

}  // namespace bench
