#include "batcher/geoapify/test_certificates.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "batcher/base/check.h"

namespace batcher::geoapify {
namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Key NewKey() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  CHECK(key != nullptr);
  return key;
}

Memory NewMemory() {
  Memory memory(BIO_new(BIO_s_mem()), BIO_free);
  CHECK(memory != nullptr);
  return memory;
}

std::string Content(BIO& memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(&memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string Pem(X509& certificate) {
  const Memory memory = NewMemory();
  CHECK(PEM_write_bio_X509(memory.get(), &certificate) == 1);
  return Content(*memory);
}

std::string Pem(EVP_PKEY& key) {
  const Memory memory = NewMemory();
  CHECK(PEM_write_bio_PrivateKey(memory.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Content(*memory);
}

void AddExtension(X509& certificate, int name, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, name, value.c_str());
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(&certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void SetValidity(X509& certificate, TestValidity validity) {
  constexpr long kDay = 24L * 60 * 60;  // seconds
  const long begin = validity == TestValidity::kExpired  ? -2 * kDay
                     : validity == TestValidity::kNotYet ? kDay
                                                         : -kDay;
  const long end = validity == TestValidity::kExpired ? -kDay : 2 * kDay;
  CHECK(X509_gmtime_adj(X509_getm_notBefore(&certificate), begin) != nullptr);
  CHECK(X509_gmtime_adj(X509_getm_notAfter(&certificate), end) != nullptr);
}

// A certificate that still lacks its issuer, what it is for and its signature.
Certificate NewCertificate(const std::string& name, TestValidity validity, EVP_PKEY& key) {
  static constexpr int kVersion3 = 2;
  Certificate certificate(X509_new(), X509_free);
  CHECK(certificate != nullptr);
  CHECK(X509_set_version(certificate.get(), kVersion3) == 1);
  CHECK(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1) == 1);
  SetValidity(*certificate, validity);
  CHECK(X509_set_pubkey(certificate.get(), &key) == 1);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  CHECK(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                   text, -1, -1, 0) == 1);
  return certificate;
}

void Sign(X509& certificate, X509& issuer, EVP_PKEY& key_of_issuer) {
  CHECK(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1);
  CHECK(X509_sign(&certificate, &key_of_issuer, EVP_sha256()) > 0);
}

// The common name is not the host: only the alternative name says what a certificate is for.
Certificate NewServerCertificate(const TestSubject& subject, EVP_PKEY& key) {
  Certificate certificate = NewCertificate("Test server", subject.validity, key);
  in6_addr address{};
  const bool is_address = ::inet_pton(AF_INET, subject.host.c_str(), &address) == 1 ||
                          ::inet_pton(AF_INET6, subject.host.c_str(), &address) == 1;
  AddExtension(*certificate, NID_subject_alt_name, (is_address ? "IP:" : "DNS:") + subject.host);
  return certificate;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_(NewKey()), certificate_(NewCertificate(name, TestValidity::kNow, *key_)) {
  AddExtension(*certificate_, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(*certificate_, NID_key_usage, "critical,keyCertSign");
  Sign(*certificate_, *certificate_, *key_);
}

TestAuthority::~TestAuthority() = default;

std::string TestAuthority::certificate() const { return Pem(*certificate_); }

TestCertificate TestAuthority::Issue(const TestSubject& subject) const {
  const Key key = NewKey();
  const Certificate certificate = NewServerCertificate(subject, *key);
  Sign(*certificate, *certificate_, *key_);
  return {.certificate = Pem(*certificate), .private_key = Pem(*key)};
}

TestCertificate SelfSigned(const TestSubject& subject) {
  const Key key = NewKey();
  const Certificate certificate = NewServerCertificate(subject, *key);
  Sign(*certificate, *certificate, *key);
  return {.certificate = Pem(*certificate), .private_key = Pem(*key)};
}

}  // namespace batcher::geoapify
