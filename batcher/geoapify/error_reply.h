#pragma once

#include <optional>
#include <string>

#include "batcher/base/time.h"
#include "batcher/geoapify/codec.h"

namespace batcher::geoapify {

// What an error status of HTTP means; `words` are the service's own, if it gave any. Pure.
//
// 408, 425, 429 and 5xx may pass (kFailed), all others are for good (kRefused); so is a redirect,
// which is never followed, for the API key would go along.
//
// A 429 is for the rate of requests, which passes (kFailed with kFailedStatus), or for a used-up
// quota, which nobody waits for (kRefused with kFailedQuota). The service doesn't document how to
// tell them apart. It is the quota if the words speak of one, of a day, of a month or of credits,
// or if Retry-After asks for more than an hour, whatever the words; else it is the rate. The
// message says which, and whether that is assumed.
[[nodiscard]] Decoded DecodeErrorStatus(int status, const std::string& words,
                                        std::optional<Duration> retry_after);

}  // namespace batcher::geoapify
