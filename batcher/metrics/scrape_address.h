#pragma once

#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher {

// Where metrics are served.
struct ScrapeAddress {
  std::string host;  // a name, or an address; of version 6 without brackets
  int port = 0;      // 0: a free one
};

// Reads "127.0.0.1:9464", "localhost:0", "[::1]:9464".
[[nodiscard]] Result<ScrapeAddress> ParseScrapeAddress(std::string_view text);

// "http://127.0.0.1:9464". Where every address of the machine is listened on, that is the loopback
// one.
[[nodiscard]] std::string OriginOf(const ScrapeAddress& address);

}  // namespace batcher
