#include "batcher/geoapify/loopback_wire.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>

#include "batcher/base/check.h"

namespace batcher::geoapify {
namespace {

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Memory Reader(const std::string& pem) {
  return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
}

void SetVersion(SSL_CTX& context, LoopbackTls::Version version) {
  if (version == LoopbackTls::Version::kNewest) {
    return;
  }
  const int only = version == LoopbackTls::Version::kOnly12 ? TLS1_2_VERSION : TLS1_1_VERSION;
  CHECK(SSL_CTX_set_min_proto_version(&context, only) == 1);
  CHECK(SSL_CTX_set_max_proto_version(&context, only) == 1);
}

}  // namespace

LoopbackTlsContext NewLoopbackTlsContext(const LoopbackTls& tls) {
  LoopbackTlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  CHECK(context != nullptr);
  SetVersion(*context, tls.version);
  const Certificate certificate(
      PEM_read_bio_X509(Reader(tls.certificate.certificate).get(), nullptr, nullptr, nullptr),
      X509_free);
  const Key key(
      PEM_read_bio_PrivateKey(Reader(tls.certificate.private_key).get(), nullptr, nullptr, nullptr),
      EVP_PKEY_free);
  CHECK(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
  CHECK(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

LoopbackWire::LoopbackWire(int socket, ssl_ctx_st* tls)
    : socket_(socket), ssl_(tls == nullptr ? nullptr : SSL_new(tls), SSL_free) {
  CHECK(!ssl_ || SSL_set_fd(ssl_.get(), socket) == 1);
}

bool LoopbackWire::Handshake() { return !ssl_ || SSL_accept(ssl_.get()) == 1; }

bool LoopbackWire::Receive(std::string& buffer) {
  std::array<char, 4096> bytes{};
  const ssize_t count = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) {
    return false;
  }
  buffer.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

void LoopbackWire::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void LoopbackWire::Close() {
  if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1) {
    SSL_shutdown(ssl_.get());
  }
  ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace batcher::geoapify
