#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace bench {

// The duration above 0 that `option` ("--for") gives. An error names the option and says what was
// found.
[[nodiscard]] batcher::Result<batcher::Duration> ReadTime(std::string_view option,
                                                          const std::string& text);

}  // namespace bench
