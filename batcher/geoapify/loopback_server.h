#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

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
  };
  using Handler = std::function<Answer(const Seen&)>;

  // `handler` is called on the threads of the connections.
  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::size_t accepted() const;  // connections so far
  [[nodiscard]] std::vector<Seen> seen() const;

 private:
  struct Connection {
    int socket;
    std::thread thread;
  };

  void Accept();
  void Serve(int socket, std::size_t connection);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;             // Guarded by mutex_.
  std::list<Connection> connections_;  // Guarded by mutex_.
  std::thread acceptor_;
};

// A whole answer with its Content-Length. `headers` are whole lines with their line ends.
std::string HttpAnswer(int status, std::string_view body, std::string_view headers = "");

// A port of 127.0.0.1 on which nobody listens.
std::string UrlOfNobody();

}  // namespace batcher::geoapify
