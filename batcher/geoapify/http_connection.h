#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "batcher/geoapify/http.h"

struct x509_store_st;  // X509_STORE of OpenSSL

namespace httplib {
class ClientImpl;
class SSLClient;
enum class Error;
}  // namespace httplib

namespace batcher::geoapify {

// One connection to the service, opened by the first request and kept for the next. Redirects are
// not followed and answers are not compressed. With https it is TLS 1.2 at least, to a server whose
// certificate is of a trusted authority, for this host and valid now; all else has no answer, and
// nothing is sent. A kept connection that the server is known to have closed is opened anew; what
// becomes of a request that only then finds it closed is up to HttpRequest::repeatable. A thread
// that performs requests blocks SIGPIPE, else a broken connection ends the process.
class HttpConnection {
 public:
  // With https there must be authorities. They are needed during the construction alone.
  HttpConnection(HttpOptions options, x509_store_st* authorities);
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

  void Configure();
  void CloseIfStale();
  [[nodiscard]] Exchange Try(const HttpRequest& request);
  // Why there is no answer, in words that follow "no answer: ".
  [[nodiscard]] std::string Explain(httplib::Error error, bool timed_out) const;
  // The client has made a socket to connect with.
  void OnSocket(int socket);
  [[nodiscard]] bool stopped() const;

  HttpOptions options_;
  std::unique_ptr<httplib::ClientImpl> client_;
  httplib::SSLClient* tls_ = nullptr;  // the client, if it is one for https
  bool fresh_ = false;                 // the request under way has opened the connection

  mutable std::mutex mutex_;
  bool stopped_ = false;  // Guarded by mutex_.
  // A duplicate of the client's socket, so that Stop never meets a number that is used anew; -1:
  // none.
  int socket_ = -1;  // Guarded by mutex_.
};

}  // namespace batcher::geoapify
