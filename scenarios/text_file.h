#pragma once

#include <cstddef>
#include <string>

#include "batcher/base/result.h"

namespace scenarios {

// Of traces and lists of keys: a bound on memory, far above any real one.
inline constexpr std::size_t kLargestTextFile = std::size_t{1} << 30U;

// All of a file. One that can't be read, or is larger than `largest` bytes, is an error that names
// it.
[[nodiscard]] batcher::Result<std::string> ReadTextFile(const std::string& path,
                                                        std::size_t largest);

}  // namespace scenarios
