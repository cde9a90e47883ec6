#include "batcher/geoapify/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
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

bool ReadRequest(LoopbackWire& wire, std::string& buffer, LoopbackServer::Seen& seen) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t end = 0;
  while ((end = buffer.find(kEnd)) == std::string::npos) {
    if (!wire.Receive(buffer)) {
      return false;
    }
  }
  seen.head = buffer.substr(0, end);
  buffer.erase(0, end + kEnd.size());
  const std::size_t length = ContentLength(seen.head);
  while (buffer.size() < length) {
    if (!wire.Receive(buffer)) {
      return false;
    }
  }
  seen.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return true;
}

// Writing to a connection that the client has closed would end the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler, const Options& options)
    : handler_(std::move(handler)),
      tls_(options.tls ? NewLoopbackTlsContext(*options.tls)
                       : LoopbackTlsContext(nullptr, nullptr)),
      takes_anything_(options.takes_anything) {
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

bool LoopbackServer::AwaitClosed(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return closed_ >= count; });
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

bool LoopbackServer::Read(LoopbackWire& wire, std::string& buffer, Seen& seen) const {
  if (!takes_anything_) {
    return ReadRequest(wire, buffer, seen);
  }
  seen.head.clear();
  return wire.Receive(seen.head);
}

void LoopbackServer::Serve(int socket, std::size_t connection) {
  BlockBrokenPipeSignal();
  LoopbackWire wire(socket, tls_.get());
  std::string buffer;
  Seen seen{.connection = connection};
  for (bool open = wire.Handshake(); open && Read(wire, buffer, seen); ++seen.request) {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(seen);
    }
    const Answer answer = handler_(seen);
    wire.Send(answer.bytes);
    open = !answer.close;
    if (answer.close && answer.before_close) {
      wire.Send(answer.before_close());
    }
  }
  wire.Close();  // The descriptor is closed by the destructor: its number must not be used anew.
  const std::lock_guard lock(mutex_);
  ++closed_;
  changed_.notify_all();
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
