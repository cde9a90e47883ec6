#include "batcher/geoapify/base_url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>

#include "batcher/base/check.h"

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

bool IsLocalhost(std::string_view host) {
  constexpr std::string_view kName = "localhost";
  return std::equal(host.begin(), host.end(), kName.begin(), kName.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

// Only what is written out in full: a resolver takes "127.1" and more, but not every one does.
bool IsLoopbackAddress(const std::string& host) {
  constexpr unsigned kLoopbackNet = 127;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return ntohl(v4.s_addr) >> 24U == kLoopbackNet;
  }
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 &&
         (IN6_IS_ADDR_LOOPBACK(&v6) ||
          (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == kLoopbackNet));
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
  // Host names know no case, but the check of a certificate may.
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

Origin SplitBaseUrl(std::string_view base_url) {
  constexpr int kHttpPort = 80;
  constexpr int kHttpsPort = 443;
  const std::size_t scheme_end = base_url.find("://");
  CHECK(scheme_end != std::string_view::npos);
  const bool tls = base_url.substr(0, scheme_end) == "https";
  const std::string_view authority = base_url.substr(scheme_end + 3);
  const std::size_t end = HostLength(authority);
  const std::string_view host = authority.substr(0, end);
  const std::string_view port = authority.substr(std::min(end + 1, authority.size()));
  Origin origin{.tls = tls,
                .host = std::string(host.starts_with('[') ? host.substr(1, end - 2) : host),
                .port = tls ? kHttpsPort : kHttpPort};
  std::from_chars(port.data(), port.data() + port.size(), origin.port);
  return origin;
}

bool SendsInClear(std::string_view base_url) {
  const Origin origin = SplitBaseUrl(base_url);
  return !origin.tls && !IsLocalhost(origin.host) && !IsLoopbackAddress(origin.host);
}

}  // namespace batcher::geoapify
