#include "batcher/geoapify/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <tuple>
#include <utility>

#include "batcher/base/check.h"

namespace batcher::geoapify {
namespace {

// A socket bound to a free port of 127.0.0.1, and that port.
std::pair<int, int> BindFreePort() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  CHECK(listener >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  CHECK(::bind(listener, generic, size) == 0);
  CHECK(::getsockname(listener, generic, &size) == 0);
  return {listener, ntohs(address.sin_port)};
}

std::size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const std::size_t at = head.find(kName);
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + kName.size())));
}

// Appends what has come to `buffer`; false: the other side has closed.
bool Receive(int socket, std::string& buffer) {
  std::array<char, 4096> bytes{};
  const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    return false;
  }
  buffer.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

// Takes one request from the front of `buffer`, which is filled as needed.
bool ReadRequest(int socket, std::string& buffer, LoopbackServer::Seen& seen) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t end = 0;
  while ((end = buffer.find(kEnd)) == std::string::npos) {
    if (!Receive(socket, buffer)) {
      return false;
    }
  }
  seen.head = buffer.substr(0, end);
  buffer.erase(0, end + kEnd.size());
  const std::size_t length = ContentLength(seen.head);
  while (buffer.size() < length) {
    if (!Receive(socket, buffer)) {
      return false;
    }
  }
  seen.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

void SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  std::tie(listener_, port_) = BindFreePort();
  CHECK(::listen(listener_, 1024) == 0);
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  // Nobody adds to the list any more.
  for (const Connection& connection : connections_) {
    ::shutdown(connection.socket, SHUT_RDWR);
  }
  for (Connection& connection : connections_) {
    connection.thread.join();
    ::close(connection.socket);
  }
}

std::size_t LoopbackServer::accepted() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

std::vector<LoopbackServer::Seen> LoopbackServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void LoopbackServer::Accept() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) {
      return;
    }
    const std::lock_guard lock(mutex_);
    const std::size_t number = connections_.size();
    connections_.push_back(
        {socket, std::thread([this, socket, number] { Serve(socket, number); })});
  }
}

void LoopbackServer::Serve(int socket, std::size_t connection) {
  std::string buffer;
  for (Seen seen{.connection = connection}; ReadRequest(socket, buffer, seen); ++seen.request) {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
    }
    const Answer answer = handler_(seen);
    SendAll(socket, answer.bytes);
    if (answer.close) {
      break;
    }
  }
  ::shutdown(socket, SHUT_RDWR);  // closed by the destructor: its number must not be used anew
}

std::string HttpAnswer(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Words\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

std::string UrlOfNobody() {
  const auto [socket, port] = BindFreePort();
  ::close(socket);
  return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace batcher::geoapify
