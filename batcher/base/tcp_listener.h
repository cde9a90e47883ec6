#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "batcher/base/result.h"

namespace batcher {

// A TCP port, and a thread that takes in whoever connects to it. A machine that is out of
// descriptors or of memory for a while does not end it. Thread-safe, but for Serve.
class TcpListener {
 public:
  struct Handlers {
    // Is given each connection, and closes it. May block: meanwhile further ones wait in the
    // kernel, as many as the backlog holds. Must not throw.
    std::function<void(int descriptor)> take;
    // Is told that a connection can't be accepted because the process has too many open: closes
    // one, if it can. Must not throw.
    std::function<void()> make_room;
  };

  // Listens on the address or host name (empty: on all addresses); port 0 takes a free one.
  // Connections are taken in by the kernel, `backlog` of them, and served from Serve on. The error
  // says why not, in few words.
  static Result<std::unique_ptr<TcpListener>> Bind(const std::string& host, int port, int backlog);

  ~TcpListener();  // Stops.
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // Whether only programs of this machine can connect.
  [[nodiscard]] bool is_loopback() const { return is_loopback_; }

  // Begins to accept. To be called once, at most.
  void Serve(Handlers handlers);
  // Accepts no more, and returns when `take` has. May be called again.
  void Stop();

 private:
  explicit TcpListener(int descriptor);

  void Accept(const std::stop_token& stop);
  // Waits a moment, or for the stop.
  void Pause(const std::stop_token& stop);

  const int descriptor_;
  int port_ = 0;
  bool is_loopback_ = false;
  Handlers handlers_;
  std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::once_flag stopped_;
  std::jthread accepter_;
};

}  // namespace batcher
