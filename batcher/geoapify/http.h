#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batcher/base/time.h"

namespace batcher::geoapify {

// The service to talk to and the limits of one exchange with it.
struct HttpOptions {
  std::string base_url = {};  // as ParseBaseUrl gives it
  // The end of each wait: for the connection, for each piece that is sent, for the answer. At least
  // 1us.
  Duration attempt_timeout = std::chrono::seconds(10);
  std::size_t max_body_bytes = std::size_t{64} << 20U;  // a longer answer is an error
};

struct HttpRequest {
  std::string target = {};                                        // path and query, percent-encoded
  std::optional<std::string> json = {};                           // the body of a POST; none: a GET
  std::vector<std::pair<std::string, std::string>> headers = {};  // added to the usual ones
  // Whether it costs nothing to send it twice. If a kept connection turns out to be closed before
  // any part of the answer came, nobody knows whether the service has taken the request: one that
  // is repeatable is then sent again, once and without a word; any other has no answer, and whoever
  // counts the requests decides whether to send it again.
  bool repeatable = false;
};

// What came back. Only complete answers have a status. Where a redirect leads to is left out: it
// may hold the API key.
struct HttpReply {
  int status = 0;  // 0: no answer
  std::string error =
      {};  // why there is none, in words that follow "no answer: "; never holds the target
  std::string body = {};
  std::string content_type = {};
  std::optional<Duration> retry_after = {};  // from Retry-After
  std::optional<Duration> answer_age = {};   // from X-Batchlab-Answer-Age-Ns
  // Just before the exchange and just after it.
  std::chrono::steady_clock::time_point sent = {};
  std::chrono::steady_clock::time_point replied = {};
};

}  // namespace batcher::geoapify
