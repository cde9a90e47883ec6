#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace scenarios {

// Of traces and lists of keys: a bound on memory, far above any real one.
inline constexpr std::size_t kLargestTextFile = std::size_t{1} << 30U;

// All of a file. One that can't be read, or is larger than `largest` bytes, is an error that names
// it.
[[nodiscard]] batcher::Result<std::string> ReadTextFile(const std::string& path,
                                                        std::size_t largest);

// All that standard input holds, with the same limit.
[[nodiscard]] batcher::Result<std::string> ReadStandardInput(std::size_t largest);

// Writes beside the file, then renames: readers see the old text or the new one, never a part.
[[nodiscard]] std::optional<batcher::Error> WriteTextFile(const std::string& path,
                                                          std::string_view text);

}  // namespace scenarios
