#include "mock_server/test_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace mock_server {

TestSocket::TestSocket(int port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  const int yes = 1;
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The socket interface of C takes every family of addresses through this one type.
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
  (void)::connect(descriptor_, generic, sizeof address);
}

TestSocket::~TestSocket() { ::close(descriptor_); }

TestSocket& TestSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      break;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

TestSocket& TestSocket::EndSending() {
  ::shutdown(descriptor_, SHUT_WR);
  return *this;
}

std::string TestSocket::ReadReply() {
  constexpr std::string_view kLength = "Content-Length: ";
  std::size_t head_end = 0;
  while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) {
      return std::exchange(unread_, {});
    }
  }
  const std::size_t length_at = unread_.find(kLength);
  const std::size_t body =
      length_at < head_end ? std::strtoul(unread_.c_str() + length_at + kLength.size(), nullptr, 10)
                           : 0;
  const std::size_t size = head_end + 4 + body;
  while (unread_.size() < size && ReadMore()) {
  }
  std::string reply = unread_.substr(0, size);
  unread_.erase(0, size);
  return reply;
}

std::string TestSocket::ReadAll() {
  while (ReadMore()) {
  }
  return std::exchange(unread_, {});
}

bool TestSocket::ReadMore() {
  std::array<char, 65536> bytes{};
  const ssize_t got = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (got <= 0) {
    return false;
  }
  unread_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace mock_server
