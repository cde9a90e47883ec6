#pragma once

#include <memory>
#include <mutex>

#include "batcher/geoapify/http.h"

namespace httplib {
class Client;
}

namespace batcher::geoapify {

// One connection to the service, opened by the first request and kept for the next. Redirects are
// not followed and answers are not compressed. A kept connection that turns out to be closed before
// any part of the answer came is opened again once, and the request repeated, without a word. A
// thread that performs requests blocks SIGPIPE, else a broken connection ends the process.
class HttpConnection {
 public:
  explicit HttpConnection(HttpOptions options);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Sends the request and waits for the answer. Never throws. One at a time.
  HttpReply Perform(const HttpRequest& request);

  // Ends the request under way, and refuses all later ones. From any thread. What is between two
  // steps may miss it: call it again until Perform returns.
  void Stop();

 private:
  struct Exchange;

  [[nodiscard]] Exchange Try(const HttpRequest& request);
  // The client has made a socket to connect with.
  void OnSocket(int socket);
  [[nodiscard]] bool stopped() const;

  HttpOptions options_;
  std::unique_ptr<httplib::Client> client_;
  bool fresh_ = false;  // the request under way has opened the connection

  mutable std::mutex mutex_;
  bool stopped_ = false;  // Guarded by mutex_.
  // A duplicate of the client's socket, so that Stop never meets a number that is used anew; -1:
  // none.
  int socket_ = -1;  // Guarded by mutex_.
};

}  // namespace batcher::geoapify
