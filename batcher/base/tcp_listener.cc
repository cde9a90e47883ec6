#include "batcher/base/tcp_listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <utility>

namespace batcher {
namespace {

constexpr std::chrono::milliseconds kPause{10};
constexpr int kMaxPort = 65535;

void SetOption(int descriptor, int level, int name, int value) {
  ::setsockopt(descriptor, level, name, &value, sizeof value);
}

// A socket that listens on this one of the host's addresses; -1 and errno if that can't be.
int ListenOn(const addrinfo& address, int backlog) {
  const int descriptor =
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol);
  if (descriptor < 0) {
    return -1;
  }
  // Not SO_REUSEPORT: several servers would share the port, and one in use would not be noticed.
  SetOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.ai_family == AF_INET6) {
    SetOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  }
  if (::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
      ::listen(descriptor, backlog) == 0) {
    return descriptor;
  }
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

struct LocalName {
  int port = 0;
  bool is_loopback = false;
};

LocalName NameOf(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  // The socket interface gives every family of addresses through this one type.
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  if (storage.ss_family == AF_INET6) {
    const auto& name = reinterpret_cast<const sockaddr_in6&>(storage);
    const auto* const bytes = static_cast<const std::uint8_t*>(name.sin6_addr.s6_addr);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&name.sin6_addr) && bytes[12] == IN_LOOPBACKNET;
    return {.port = ntohs(name.sin6_port),
            .is_loopback = mapped || IN6_IS_ADDR_LOOPBACK(&name.sin6_addr)};
  }
  const auto& name = reinterpret_cast<const sockaddr_in&>(storage);
  return {.port = ntohs(name.sin_port),
          .is_loopback = ntohl(name.sin_addr.s_addr) >> 24U == IN_LOOPBACKNET};
}

}  // namespace

Result<std::unique_ptr<TcpListener>> TcpListener::Bind(const std::string& host, int port,
                                                       int backlog) {
  if (port < 0 || port > kMaxPort) {
    return Error{"a port is from 0 to 65535"};
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (::getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &found) != 0) {
    return Error{"this is no address of this machine"};
  }
  int descriptor = -1;
  for (const addrinfo* each = found; each != nullptr && descriptor < 0; each = each->ai_next) {
    descriptor = ListenOn(*each, backlog);
  }
  const int error = errno;
  ::freeaddrinfo(found);
  if (descriptor < 0) {
    return Error{std::generic_category().message(error)};
  }
  return std::unique_ptr<TcpListener>(new TcpListener(descriptor));
}

TcpListener::TcpListener(int descriptor) : descriptor_(descriptor) {
  const LocalName name = NameOf(descriptor);
  port_ = name.port;
  is_loopback_ = name.is_loopback;
}

TcpListener::~TcpListener() {
  Stop();
  ::close(descriptor_);
}

void TcpListener::Serve(Handlers handlers) {
  handlers_ = std::move(handlers);
  accepter_ = std::jthread([this](const std::stop_token& stop) { Accept(stop); });
}

void TcpListener::Stop() {
  std::call_once(stopped_, [this] {
    accepter_.request_stop();
    ::shutdown(descriptor_, SHUT_RDWR);  // Ends the accept, now or later.
    if (accepter_.joinable()) {
      accepter_.join();
    }
  });
}

void TcpListener::Accept(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const int descriptor = ::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor >= 0) {
      // Replies are sent in one piece: there is nothing to wait for.
      SetOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
      handlers_.take(descriptor);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      handlers_.make_room();
      Pause(stop);
    }
  }
}

void TcpListener::Pause(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  stopping_.wait_for(lock, stop, kPause, [] { return false; });
}

}  // namespace batcher
