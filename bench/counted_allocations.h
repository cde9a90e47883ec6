#pragma once

#include <cstdint>
#include <functional>

namespace bench {

// How many blocks all threads took from the heap while `work` ran. Linked into a program, it
// replaces the program's operator new, which outside of this function costs one look at a flag
// more. One count at a time.
[[nodiscard]] std::uint64_t CountAllocations(const std::function<void()>& work);

}  // namespace bench
