#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;  // EVP_PKEY of OpenSSL
struct x509_st;      // X509

namespace batcher::geoapify {

// For tests: what a server shows, each in PEM.
struct TestCertificate {
  std::string certificate;
  std::string private_key;
};

enum class TestValidity { kNow, kExpired, kNotYet };

struct TestSubject {
  std::string host = "127.0.0.1";  // a name or an address
  TestValidity validity = TestValidity::kNow;
};

// For tests: an authority that lives as long as this object. Its keys are EC P-256, made anew each
// time. Thread-safe.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test authority");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  // Its own certificate, in PEM: the content of a ca_file.
  [[nodiscard]] std::string certificate() const;
  // A certificate with a new key that it signs.
  [[nodiscard]] TestCertificate Issue(const TestSubject& subject = {}) const;

 private:
  std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)> key_;
  std::unique_ptr<x509_st, void (*)(x509_st*)> certificate_;
};

// For tests: a certificate that no authority has signed.
[[nodiscard]] TestCertificate SelfSigned(const TestSubject& subject = {});

}  // namespace batcher::geoapify
