#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace bench {

// The price of a batch, in waiting of one call, as `option` ("--price") gives it: above 0. An error
// names the option and says what was found.
[[nodiscard]] batcher::Result<batcher::Duration> ReadPrice(std::string_view option,
                                                           const std::string& text);

}  // namespace bench
