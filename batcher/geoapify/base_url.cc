#include "batcher/geoapify/base_url.h"

#include <charconv>

namespace batcher::geoapify {
namespace {

constexpr std::string_view kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
constexpr std::string_view kIpv6Characters = "0123456789abcdefABCDEF:.";

Error Refuse(std::string_view found) {
  return Error{"base URL: found " + std::string(found) +
               ", wanted scheme, host and port alone, such as \"https://api.geoapify.com\" or "
               "\"http://127.0.0.1:8080\""};
}

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

// The length of the host at the front of `authority`; 0 if there is none.
std::size_t HostLength(std::string_view authority) {
  if (!authority.starts_with('[')) {
    const std::size_t end = authority.find_first_not_of(kHostCharacters);
    return end == std::string_view::npos ? authority.size() : end;
  }
  const std::size_t end = authority.find_first_not_of(kIpv6Characters, 1);
  return end == std::string_view::npos || end == 1 || authority[end] != ']' ? 0 : end + 1;
}

}  // namespace

Result<std::string> ParseBaseUrl(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return Refuse("no scheme");
  }
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") {
    return Refuse("a scheme other than http and https");
  }
  if (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  if (text.size() < scheme_end + 3) {
    return Refuse("no host");
  }
  const std::string_view authority = text.substr(scheme_end + 3);
  if (authority.find_first_of("?#") != std::string_view::npos) {
    return Refuse("a query");
  }
  if (authority.find('/') != std::string_view::npos) {
    return Refuse("a path");
  }
  const std::size_t host = HostLength(authority);
  if (host == 0) {
    return Refuse("no host");
  }
  const std::string_view rest = authority.substr(host);
  if (!rest.empty() && !(rest.starts_with(':') && IsPort(rest.substr(1)))) {
    return Refuse(rest.starts_with(':') ? "a port outside 1 .. 65535"
                                        : "a character that no host name has");
  }
  return std::string(text);
}

}  // namespace batcher::geoapify
