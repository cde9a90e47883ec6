#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "batcher/geoapify/test_certificates.h"

struct ssl_ctx_st;  // SSL_CTX of OpenSSL
struct ssl_st;      // SSL

namespace batcher::geoapify {

// How a LoopbackServer speaks TLS.
struct LoopbackTls {
  enum class Version { kNewest, kOnly12, kOnly11 };

  TestCertificate certificate;
  Version version = Version::kNewest;
};

using LoopbackTlsContext = std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)>;
LoopbackTlsContext NewLoopbackTlsContext(const LoopbackTls& tls);

// The server's side of a connection, in clear or over TLS. Blocking; for one thread that has
// SIGPIPE blocked, though any other may ::shutdown() the socket. Does not own the socket.
class LoopbackWire {
 public:
  // `tls` must outlive it; null: in clear.
  LoopbackWire(int socket, ssl_ctx_st* tls);

  // True at once in clear.
  [[nodiscard]] bool Handshake();
  // Appends what has come to `buffer`; false: the other side has closed.
  [[nodiscard]] bool Receive(std::string& buffer);
  void Send(std::string_view bytes);
  // Closes as a good server does: TLS says good-bye first.
  void Close();

 private:
  const int socket_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;  // null: in clear
};

}  // namespace batcher::geoapify
