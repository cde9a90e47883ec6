#include "batcher/geoapify/error_reply.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string_view>

namespace batcher::geoapify {
namespace {

constexpr Duration kLongestRateWait = std::chrono::hours(1);

bool SpeaksOf(std::string text, std::initializer_list<std::string_view> subjects) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return std::any_of(subjects.begin(), subjects.end(), [&](std::string_view subject) {
    return text.find(subject) != std::string::npos;
  });
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Decoded Rate(std::string_view why) {
  return {.kind = ReplyKind::kFailed,
          .message = "answered 429 (rate limit, to be tried again" + std::string(why) + ")"};
}

Decoded Quota(const std::string& why) {
  return {.kind = ReplyKind::kRefused,
          .failure = Outcome::kFailedQuota,
          .message = "answered 429 (the quota of the key is used up" + why + ")"};
}

Decoded DecodeTooMany(const std::string& words, std::optional<Duration> retry_after) {
  if (SpeaksOf(words, {"quota", "daily", "per day", "for the day", "month", "credit"})) {
    return Quota("");
  }
  if (retry_after && *retry_after > kLongestRateWait) {
    return Quota(", assumed, since it asks to wait for " + FormatDuration(*retry_after));
  }
  if (SpeaksOf(words, {"rate", "too many", "per second", "per minute", "throttl"})) {
    return Rate("");
  }
  return Rate("; assumed, since its body does not say");
}

}  // namespace

Decoded DecodeErrorStatus(int status, const std::string& words,
                          std::optional<Duration> retry_after) {
  const std::string answered = "answered " + std::to_string(status);
  if (IsRedirect(status)) {
    return {.kind = ReplyKind::kRefused,
            .message = answered + " with a redirect, which is not followed"};
  }
  const bool may_pass = status >= 500 || status == 408 || status == 425;
  Decoded decoded = status == 429
                        ? DecodeTooMany(words, retry_after)
                        : Decoded{.kind = may_pass ? ReplyKind::kFailed : ReplyKind::kRefused,
                                  .message = answered};
  if (!words.empty()) {
    decoded.message += ": " + words;
  }
  return decoded;
}

}  // namespace batcher::geoapify
