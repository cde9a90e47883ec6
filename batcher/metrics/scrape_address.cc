#include "batcher/metrics/scrape_address.h"

#include <charconv>
#include <optional>
#include <system_error>

namespace batcher {
namespace {

std::optional<int> ParsePort(std::string_view text) {
  constexpr int kHighest = 65535;
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && port >= 0 && port <= kHighest ? std::optional(port) : std::nullopt;
}

// The host without the brackets that an address of version 6 must have; none if it is no host.
std::optional<std::string> ParseHost(std::string_view text) {
  constexpr std::string_view kNowhereInAHost = " \t\r\n/[]@?#";
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  if (bracketed) {
    text = text.substr(1, text.size() - 2);
  }
  const bool version_6 = text.find(':') != std::string_view::npos;
  if (text.empty() || version_6 != bracketed ||
      text.find_first_of(kNowhereInAHost) != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(text);
}

}  // namespace

Result<ScrapeAddress> ParseScrapeAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const std::optional<std::string> host = ParseHost(text.substr(0, colon));
    const std::optional<int> port = ParsePort(text.substr(colon + 1));
    if (host && port) {
      return ScrapeAddress{.host = *host, .port = *port};
    }
  }
  return Error{"found \"" + std::string(text) +
               "\", wanted HOST:PORT, such as 127.0.0.1:9464 (port 0 takes a free one)"};
}

std::string OriginOf(const ScrapeAddress& address) {
  std::string name = address.host;
  if (name == "0.0.0.0" || name == "::") {
    name = "127.0.0.1";
  } else if (name.find(':') != std::string::npos) {
    name = "[" + name + "]";
  }
  return "http://" + name + ":" + std::to_string(address.port);
}

}  // namespace batcher
