#pragma once

#include <functional>
#include <memory>
#include <string>

#include "batcher/base/result.h"
#include "mock_server/http_limits.h"
#include "mock_server/request_counts.h"
#include "mock_server/routes.h"

namespace mock_server {

struct ListenerOptions {
  std::string bind = "127.0.0.1";
  int port = 0;  // 0: a free one
  HttpLimits limits = {};
};

// HTTP over sockets, with a thread for each connection: all that this program knows of the HTTP
// library. Requests that cannot be understood, or are too much, are answered here, all others by
// the handler.
class Listener {
 public:
  // Called on the connection's thread; may block. An exception becomes a reply with status 500.
  using Handler = std::function<Reply(const WireRequest& request)>;

  // `counts` must outlive the listener.
  Listener(const ListenerOptions& options, Handler handler, RequestCounts& counts);
  ~Listener();  // Stops.
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port, once bound: connections are taken in, and served from Serve on. To be called once.
  batcher::Result<int> Bind();
  // Whether only programs of this machine can connect. REQUIRES: bound.
  [[nodiscard]] bool is_loopback() const;
  // Serves on threads of its own. REQUIRES: bound.
  void Serve();
  // Serves one connection, over a socket that is connected, on the caller's thread, and closes it.
  // Needs neither of the above.
  void Converse(int descriptor);
  // Ends every connection and listens no more: who wants to connect is refused. Not again before
  // ComeBack. REQUIRES: serves, and nobody stops it meanwhile.
  void GoDown();
  // Listens again, on the same port. False if somebody else has taken it. REQUIRES: as GoDown.
  [[nodiscard]] bool ComeBack();
  // Ends every connection: what a handler returns from now on reaches nobody.
  void Disconnect();
  // Disconnects and waits for all threads; the handler must not block any more. May be called
  // again.
  void Stop();

 private:
  class Server;

  std::unique_ptr<Server> server_;
};

}  // namespace mock_server
