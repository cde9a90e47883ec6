#pragma once

#include <optional>
#include <string>

#include "batcher/base/time.h"

namespace batcher::geoapify {

// How long the header Retry-After asks to wait: whole seconds, or until a date in the one form that
// HTTP still writes ("Sun, 06 Nov 1994 08:49:37 GMT"). A date is compared with the reply's own
// header Date, so that nobody's clock matters; one that has passed asks for no wait. None if that
// can't be told. At most 31 years.
[[nodiscard]] std::optional<Duration> ParseRetryAfter(const std::string& retry_after,
                                                      const std::string& date);

// The whole number of at most `max_digits` that `text` is; none if it is anything else.
[[nodiscard]] std::optional<std::int64_t> WholeNumber(const std::string& text,
                                                      std::size_t max_digits);

}  // namespace batcher::geoapify
