#pragma once

#include <string>
#include <vector>

#include "batcher/base/result.h"

namespace bench {

// One address a line, UTF-8; empty lines and repeated addresses are left out. A CSV file of one
// column will do: quotes around a line are taken off, and a first line "address" is its header. An
// Error if it can't be read or has none.
[[nodiscard]] batcher::Result<std::vector<std::string>> ReadAddresses(const std::string& path);

}  // namespace bench
