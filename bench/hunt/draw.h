#pragma once

#include <cstdint>

#include "bench/hunt/case.h"

namespace hunt {

// The case of a seed. Whole features are turned off at random (swarm testing): what one of them
// hides, such as a batch that never fills because calls are cancelled, is seen without it.
// Source: Groce, Zhang, Eide, Chen, Regehr, Swarm testing (ISSTA 2012).
[[nodiscard]] Case Draw(std::uint64_t seed);

}  // namespace hunt
