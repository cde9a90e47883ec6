#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "batcher/geoapify/loopback_wire.h"

namespace batcher::geoapify {

// A server for tests on a free port of 127.0.0.1. It sends the bytes that it is told to, so that it
// can misbehave in every way. Thread-safe.
class LoopbackServer {
 public:
  struct Seen {
    std::size_t connection = 0;  // 0 for the first that was accepted, then 1, 2, ...
    std::size_t request = 0;     // 0 for the first on its connection
    std::string head = {};       // request line and headers
    std::string body = {};
  };
  struct Answer {
    std::string bytes;   // sent as they are; empty: nothing is sent
    bool close = false;  // then closes the connection; else waits for the next request
    std::function<std::string()> before_close = {};  // if it closes: gives more bytes to send first
  };
  using Handler = std::function<Answer(const Seen&)>;

  struct Options {
    std::optional<LoopbackTls> tls = {};  // none: in clear
    // Whatever comes in one piece is a request, such as the greeting of a client that speaks TLS.
    bool takes_anything = false;
  };

  // `handler` is called on the threads of the connections.
  explicit LoopbackServer(Handler handler) : LoopbackServer(std::move(handler), Options{}) {}
  LoopbackServer(Handler handler, const Options& options);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string url() const { return url("127.0.0.1"); }
  // By another name of this machine.
  [[nodiscard]] std::string url(const std::string& host) const {
    return (tls_ ? "https://" : "http://") + host + ":" + std::to_string(port_);
  }
  [[nodiscard]] std::size_t accepted() const;  // connections so far
  // Waits until it has closed so many connections, for a minute at most; false: it has not.
  [[nodiscard]] bool AwaitClosed(std::size_t count) const;
  [[nodiscard]] std::vector<Seen> seen() const;

 private:
  struct Connection {
    int socket;
    std::thread thread;
  };

  void Accept();
  // Takes the next request from the front of `buffer`, which is filled as needed.
  bool Read(LoopbackWire& wire, std::string& buffer, Seen& seen) const;
  void Serve(int socket, std::size_t connection);

  const Handler handler_;
  const LoopbackTlsContext tls_;  // null: in clear
  const bool takes_anything_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;  // closed_ has grown
  std::size_t closed_ = 0;                   // Guarded by mutex_.
  std::vector<Seen> seen_;                   // Guarded by mutex_.
  std::list<Connection> connections_;        // Guarded by mutex_.
  std::thread acceptor_;
};

// A whole answer with its Content-Length. `headers` are whole lines with their line ends.
std::string HttpAnswer(int status, std::string_view body, std::string_view headers = "");

// A port of 127.0.0.1 on which nobody listens.
std::string UrlOfNobody();

}  // namespace batcher::geoapify
