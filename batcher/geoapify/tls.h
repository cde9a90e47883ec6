#pragma once

#include <memory>
#include <optional>
#include <string>

#include "batcher/base/result.h"

struct ssl_ctx_st;     // SSL_CTX of OpenSSL
struct x509_store_st;  // X509_STORE

namespace batcher::geoapify {

// What the client asks of TLS beyond what the HTTP library offers, and OpenSSL's reasons in words.

// Certificates of authorities to trust, read once for many connections: the machine's are some 50
// ms and a megabyte. Thread-safe.
using Authorities = std::unique_ptr<x509_store_st, void (*)(x509_store_st*)>;

// Those in the PEM file `ca_file`; an Error if that can't be read to its end or has none. Without a
// file those of the machine, of which there may be none.
[[nodiscard]] Result<Authorities> LoadAuthorities(const std::optional<std::string>& ca_file);

// TLS 1.2 at least, and a certificate of one of the authorities for `host`, be it a name or an
// address. For connections made later. The library checks certificates too, but it would read the
// authorities for each connection, and tells less of what is wrong.
void Harden(ssl_ctx_st& context, const std::string& host, x509_store_st& authorities);

// To be called on the same thread before what ExplainHandshake is to explain.
void ForgetTlsErrors();

// Why the handshake on this thread failed, in words that follow "no answer: ".
[[nodiscard]] std::string ExplainHandshake();

// Why a certificate was refused, in such words. `result` is that of SSL_get_verify_result.
[[nodiscard]] std::string ExplainCertificate(long result);

}  // namespace batcher::geoapify
