#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace mock_server {

// A TCP client for tests that sends bytes as they are, good or bad. Waits end after 20 seconds.
class TestSocket {
 public:
  // To 127.0.0.1. A connection that fails behaves like one that was closed.
  explicit TestSocket(int port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    const int yes = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The socket interface takes every family of addresses through this one type.
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    connected_ = ::connect(descriptor_, generic, sizeof address) == 0;
    error_ = connected_ ? 0 : errno;
  }
  ~TestSocket() { ::close(descriptor_); }
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  // Why the connection could not be made, or the last read failed; 0: it did not.
  [[nodiscard]] int last_error() const { return error_; }

  // Sends as much as the server takes. Returns itself, to be followed by a read.
  TestSocket& Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = Uninterrupted(
          [&] { return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL); });
      if (sent <= 0) {
        break;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return *this;
  }

  // Says that nothing more will be sent.
  TestSocket& EndSending() {
    ::shutdown(descriptor_, SHUT_WR);
    return *this;
  }

  // One reply, by its Content-Length; shorter if the connection ends.
  std::string ReadReply() {
    std::size_t head_end = 0;
    while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!ReadMore()) {
        return std::exchange(unread_, {});
      }
    }
    const std::size_t size = head_end + 4 + BodyLength(head_end);
    while (unread_.size() < size && ReadMore()) {
    }
    std::string reply = unread_.substr(0, size);
    unread_.erase(0, size);
    return reply;
  }

  // All until the server closes.
  std::string ReadAll() {
    while (ReadMore()) {
    }
    return std::exchange(unread_, {});
  }

 private:
  // A process that was stopped and goes on has its waits with a limit interrupted.
  template <class Transfer>
  static ssize_t Uninterrupted(const Transfer& transfer) {
    ssize_t bytes = 0;
    do {
      bytes = transfer();
    } while (bytes < 0 && errno == EINTR);
    return bytes;
  }

  // False at the end.
  bool ReadMore() {
    std::array<char, 16384> bytes{};
    const ssize_t got =
        Uninterrupted([&] { return ::recv(descriptor_, bytes.data(), bytes.size(), 0); });
    error_ = got < 0 ? errno : 0;
    unread_.append(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
  }

  [[nodiscard]] std::size_t BodyLength(std::size_t head_end) const {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = unread_.find(kName);
    return at < head_end ? std::strtoul(unread_.c_str() + at + kName.size(), nullptr, 10) : 0;
  }

  int descriptor_;
  bool connected_ = false;
  int error_ = 0;
  std::string unread_;
};

}  // namespace mock_server
