#include "batcher/geoapify/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "batcher/base/check.h"

namespace batcher::geoapify {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr const char* kWanted = ", wanted a PEM file of certificates";

Certificate ReadCertificate(BIO& file) {
  return {PEM_read_bio_X509(&file, nullptr, nullptr, nullptr), X509_free};
}

// Whether reading ended because there was nothing more to read.
bool AtEndOfPem() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// Adds all certificates of a PEM file. The Error says why that can't be done.
std::optional<Error> AddFrom(const std::string& path, X509_STORE& authorities) {
  ERR_clear_error();
  std::error_code ignored;
  // A folder can be opened, and only its content can't be read.
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  const File file(is_folder ? nullptr : BIO_new_file(path.c_str(), "r"), BIO_free);
  if (!file) {
    return Error{"ca_file: can't read \"" + path + "\"" + kWanted};
  }
  std::size_t count = 0;
  while (const Certificate certificate = ReadCertificate(*file)) {
    CHECK(X509_STORE_add_cert(&authorities, certificate.get()) == 1);
    ++count;
  }
  if (!AtEndOfPem()) {
    return Error{"ca_file: certificate " + std::to_string(count + 1) + " of \"" + path +
                 "\" can't be read" + kWanted};
  }
  if (count == 0) {
    return Error{"ca_file: found no certificate in \"" + path + "\"" + kWanted};
  }
  return std::nullopt;
}

}  // namespace

Result<Authorities> LoadAuthorities(const std::optional<std::string>& ca_file) {
  Authorities authorities(X509_STORE_new(), X509_STORE_free);
  CHECK(authorities != nullptr);
  if (ca_file) {
    if (std::optional<Error> problem = AddFrom(*ca_file, *authorities)) {
      return *std::move(problem);
    }
  } else {
    X509_STORE_set_default_paths(authorities.get());
  }
  return authorities;
}

void Harden(ssl_ctx_st& context, const std::string& host, x509_store_st& authorities) {
  CHECK(SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1);
  CHECK(SSL_CTX_set1_verify_cert_store(&context, &authorities) == 1);
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(&context);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // An address is none of the names in a certificate, and the other way round.
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) {
    CHECK(X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size()) == 1);
  }
}

void ForgetTlsErrors() { ERR_clear_error(); }

std::string ExplainHandshake() {
  // The oldest is the reason: what the library does afterwards may fail as well.
  const unsigned long error = ERR_peek_error();
  const std::string failed = "the TLS handshake failed: ";
  if (error == 0) {
    return failed + "the server closed the connection";
  }
  if (ERR_GET_LIB(error) == ERR_LIB_SSL) {
    switch (ERR_GET_REASON(error)) {
      case SSL_R_WRONG_VERSION_NUMBER:
        return failed + "the server does not speak TLS on this port (plain HTTP?)";
      case SSL_R_UNSUPPORTED_PROTOCOL:
      case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        return failed + "the server speaks neither TLS 1.2 nor 1.3";
      case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        return failed + "the server closed the connection";
      default:
        break;
    }
  }
  const char* reason = ERR_reason_error_string(error);
  return failed + (reason != nullptr ? reason : "for an unknown reason");
}

std::string ExplainCertificate(long result) {
  switch (result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "the server's certificate is self-signed and none of those to trust";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the server's certificate is of an unknown authority";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "the server's certificate is not signed by the authority that it names";
    case X509_V_OK:  // of OpenSSL, so that it was the library's own check of the name
    case X509_V_ERR_HOSTNAME_MISMATCH:
      return "the server's certificate is for another host name";
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the server's certificate is for another address";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the server's certificate, or that of its authority, has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the server's certificate, or that of its authority, is not valid yet";
    default:
      return std::string("the server's certificate is not trusted: ") +
             X509_verify_cert_error_string(result);
  }
}

}  // namespace batcher::geoapify
