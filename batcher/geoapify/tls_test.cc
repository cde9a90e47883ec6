#include "batcher/geoapify/tls.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <latch>

#include "batcher/geoapify/endpoint.h"
#include "batcher/geoapify/http_pool.h"
#include "batcher/geoapify/loopback_server.h"
#include "batcher/geoapify/replies.h"
#include "batcher/geoapify/test_certificates.h"

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Seen = LoopbackServer::Seen;
using Answer = LoopbackServer::Answer;
using Version = LoopbackTls::Version;

Answer Good(const Seen&) { return {.bytes = HttpAnswer(200, "good")}; }

// A file for the length of a test.
class TestFile {
 public:
  explicit TestFile(const std::string& text) : path_(testing::TempDir() + "tls_test_XXXXXX") {
    const int descriptor = ::mkstemp(path_.data());
    EXPECT_GE(descriptor, 0);
    ::close(descriptor);
    std::ofstream(path_) << text;
  }
  ~TestFile() { std::remove(path_.c_str()); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The machine's authorities, as far as OpenSSL knows, are those in a file of ours. No other thread
// reads the environment while it is made or goes.
// NOLINTBEGIN(concurrency-mt-unsafe)
class MachineTrusts {
 public:
  explicit MachineTrusts(const TestFile& file) {
    ::setenv("SSL_CERT_FILE", file.path().c_str(), 1);
    ::setenv("SSL_CERT_DIR", "/no/such/folder", 1);
  }
  ~MachineTrusts() {
    ::unsetenv("SSL_CERT_FILE");
    ::unsetenv("SSL_CERT_DIR");
  }
  MachineTrusts(const MachineTrusts&) = delete;
  MachineTrusts& operator=(const MachineTrusts&) = delete;
};
// NOLINTEND(concurrency-mt-unsafe)

HttpPoolOptions OneConnection(const std::string& url) {
  return {.http = {.base_url = url}, .max_connections = 1};
}

Authorities Trust(const TestFile& file) { return LoadAuthorities(file.path()).value(); }

HttpReply Ask(HttpPool& pool, HttpRequest request = {.target = "/?apiKey=SECRET"}) {
  Replies<HttpReply> replies;
  pool.Send(std::move(request), replies.Done());
  return replies.Await(1).at(0);
}

// Authorities that the client trusts, in a file.
class TlsTest : public testing::Test {
 protected:
  HttpReply AskOnce(const std::string& url) {
    HttpPool pool(OneConnection(url), Trust(ca_file_));
    return Ask(pool);
  }

  // What is said of a server with this certificate; it must not see the request.
  std::string Refusal(const LoopbackTls& tls, const std::string& host = "127.0.0.1") {
    const LoopbackServer server(Good, {.tls = tls});
    const HttpReply reply = AskOnce(server.url(host));
    EXPECT_EQ(reply.status, 0);
    EXPECT_EQ(server.seen().size(), 0U);
    EXPECT_GE(server.accepted(), 1U);
    return reply.error;
  }

  const TestAuthority authority_;
  const TestFile ca_file_{authority_.certificate()};
};

TEST_F(TlsTest, AGoodCertificateIsTrustedOverBothVersions) {
  for (const Version version : {Version::kNewest, Version::kOnly12}) {
    const LoopbackServer server(
        Good, {.tls = LoopbackTls{.certificate = authority_.Issue(), .version = version}});
    const HttpReply reply = AskOnce(server.url());
    EXPECT_EQ(reply.status, 200) << reply.error;
    EXPECT_EQ(reply.body, "good");
  }
}

TEST_F(TlsTest, ACertificateMayBeForANameOrAnAddress) {
  const LoopbackServer named(
      Good, {.tls = LoopbackTls{.certificate = authority_.Issue({.host = "localhost"})}});
  EXPECT_EQ(AskOnce(named.url("localhost")).status, 200);
  EXPECT_EQ(Refusal({.certificate = authority_.Issue()}, "localhost"),
            "the server's certificate is for another host name");
  EXPECT_EQ(Refusal({.certificate = authority_.Issue({.host = "example.com"})}, "localhost"),
            "the server's certificate is for another host name");
  EXPECT_EQ(Refusal({.certificate = authority_.Issue({.host = "localhost"})}),
            "the server's certificate is for another address");
  EXPECT_EQ(Refusal({.certificate = authority_.Issue({.host = "127.0.0.2"})}),
            "the server's certificate is for another address");
}

TEST_F(TlsTest, ACertificateMustBeValidNow) {
  EXPECT_EQ(Refusal({.certificate = authority_.Issue({.validity = TestValidity::kExpired})}),
            "the server's certificate, or that of its authority, has expired");
  EXPECT_EQ(Refusal({.certificate = authority_.Issue({.validity = TestValidity::kNotYet})}),
            "the server's certificate, or that of its authority, is not valid yet");
}

TEST_F(TlsTest, ACertificateMustBeOfATrustedAuthority) {
  EXPECT_EQ(Refusal({.certificate = SelfSigned()}),
            "the server's certificate is self-signed and none of those to trust");
  EXPECT_EQ(Refusal({.certificate = TestAuthority("Others").Issue()}),
            "the server's certificate is of an unknown authority");
  EXPECT_EQ(Refusal({.certificate = TestAuthority().Issue()}),
            "the server's certificate is not signed by the authority that it names");
}

TEST_F(TlsTest, TheMachinesAuthoritiesAreTrustedByDefault) {
  const LoopbackServer server(Good, {.tls = LoopbackTls{.certificate = authority_.Issue()}});
  {
    HttpPool pool(OneConnection(server.url()), LoadAuthorities({}).value());
    EXPECT_EQ(Ask(pool).error, "the server's certificate is of an unknown authority");
  }
  const MachineTrusts trusts(ca_file_);
  HttpPool pool(OneConnection(server.url()), LoadAuthorities({}).value());
  EXPECT_EQ(Ask(pool).status, 200);
}

TEST_F(TlsTest, AFileOfAuthoritiesReplacesThoseOfTheMachine) {
  const MachineTrusts trusts(ca_file_);
  const LoopbackServer server(Good, {.tls = LoopbackTls{.certificate = authority_.Issue()}});
  const TestFile others(TestAuthority("Others").certificate());
  HttpPool pool(OneConnection(server.url()), Trust(others));
  EXPECT_EQ(Ask(pool).error, "the server's certificate is of an unknown authority");
  EXPECT_EQ(server.seen().size(), 0U);
}

TEST_F(TlsTest, ARefusedServerStaysRefused) {
  const LoopbackServer server(Good, {.tls = LoopbackTls{.certificate = SelfSigned()}});
  HttpPool pool(OneConnection(server.url()), Trust(ca_file_));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(Ask(pool).error, HasSubstr("self-signed"));
  }
  EXPECT_EQ(server.seen().size(), 0U);
}

TEST_F(TlsTest, AnOldVersionIsRefused) {
  EXPECT_EQ(Refusal({.certificate = authority_.Issue(), .version = Version::kOnly11}),
            "the TLS handshake failed: the server speaks neither TLS 1.2 nor 1.3");
}

// An https URL for a server that speaks in clear.
std::string Https(const LoopbackServer& server) { return "https" + server.url().substr(4); }

TEST_F(TlsTest, AServerThatSpeaksPlainHttpIsRefused) {
  const LoopbackServer server(
      [](const Seen&) -> Answer { return {.bytes = HttpAnswer(400, "what?"), .close = true}; },
      {.takes_anything = true});
  EXPECT_EQ(AskOnce(Https(server)).error,
            "the TLS handshake failed: the server does not speak TLS on this port (plain HTTP?)");
}

TEST_F(TlsTest, AServerThatClosesDuringTheHandshakeIsRefused) {
  const LoopbackServer server([](const Seen&) -> Answer { return {.bytes = "", .close = true}; },
                              {.takes_anything = true});
  EXPECT_EQ(AskOnce(Https(server)).error,
            "the TLS handshake failed: the server closed the connection");
}

TEST_F(TlsTest, AServerThatNeverShakesHandsTimesOut) {
  const LoopbackServer server([](const Seen&) -> Answer { return {}; }, {.takes_anything = true});
  HttpPoolOptions options = OneConnection(Https(server));
  options.http.attempt_timeout = 200ms;
  HttpPool pool(options, Trust(ca_file_));
  EXPECT_EQ(Ask(pool).error, "the TLS handshake timed out after 200ms");
}

TEST_F(TlsTest, AServerThatHangsAfterTheHandshakeTimesOut) {
  const LoopbackServer server([](const Seen&) -> Answer { return {}; },
                              {.tls = LoopbackTls{.certificate = authority_.Issue()}});
  HttpPoolOptions options = OneConnection(server.url());
  options.http.attempt_timeout = 500ms;
  HttpPool pool(options, Trust(ca_file_));
  EXPECT_EQ(Ask(pool).error, "timed out after 500ms");
}

TEST_F(TlsTest, StopEndsAHandshakeThatIsUnderWay) {
  std::latch greeted(1);
  const LoopbackServer server(
      [&](const Seen&) -> Answer {
        greeted.count_down();
        return {};
      },
      {.takes_anything = true});
  Replies<HttpReply> replies;
  HttpPoolOptions options = OneConnection(Https(server));
  options.http.attempt_timeout = 10min;
  HttpPool pool(options, Trust(ca_file_));
  pool.Send({.target = "/"}, replies.Done());
  greeted.wait();
  pool.Stop();
  const std::vector<HttpReply> all = replies.Await(1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].error, "the client was stopped");
}

TEST_F(TlsTest, AKeptConnectionIsUsedAgainWithoutAnotherHandshake) {
  const LoopbackServer server(Good, {.tls = LoopbackTls{.certificate = authority_.Issue()}});
  HttpPool pool(OneConnection(server.url()), Trust(ca_file_));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Ask(pool).status, 200);
  }
  EXPECT_EQ(server.accepted(), 1U);
}

TEST_F(TlsTest, AConnectionThatIsKnownToBeClosedIsOpenedAnew) {
  for (const Version version : {Version::kNewest, Version::kOnly12}) {
    const LoopbackServer server(
        [](const Seen&) -> Answer { return {.bytes = HttpAnswer(200, "good"), .close = true}; },
        {.tls = LoopbackTls{.certificate = authority_.Issue(), .version = version}});
    HttpPool pool(OneConnection(server.url()), Trust(ca_file_));
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(Ask(pool).status, 200);
      ASSERT_TRUE(server.AwaitClosed(i + 1));
    }
    EXPECT_EQ(server.seen().size(), 3U);
  }
}

// A server that answers the first request of a connection and closes it at the second, with TLS's
// good-bye: some versions of the library send the request again when they meet that.
TEST_F(TlsTest, OnlyARepeatableRequestIsSentAgain) {
  const LoopbackServer server(
      [](const Seen& seen) {
        return seen.request == 0 ? Good(seen) : Answer{.bytes = "", .close = true};
      },
      {.tls = LoopbackTls{.certificate = authority_.Issue()}});
  HttpPool pool(OneConnection(server.url()), Trust(ca_file_));
  EXPECT_EQ(Ask(pool).status, 200);
  EXPECT_EQ(Ask(pool, {.target = "/", .json = "[]"}).error, "the kept connection was closed");
  EXPECT_EQ(server.seen().size(), 2U);
  EXPECT_EQ(Ask(pool).status, 200);
  EXPECT_EQ(Ask(pool, {.target = "/", .repeatable = true}).status, 200);
  EXPECT_EQ(server.seen().size(), 5U);
  EXPECT_EQ(server.accepted(), 3U);
}

TEST_F(TlsTest, AnEndpointSaysWhyAServerIsNotTrusted) {
  const LoopbackServer server(Good, {.tls = LoopbackTls{.certificate = SelfSigned()}});
  const auto endpoint =
      GeoapifyEndpoint::Create(
          {.base_url = server.url(), .api_key = "SECRET", .ca_file = ca_file_.path()})
          .value();
  const std::vector<std::string> keys = {"a"};
  Replies<EndpointReply<Place>> replies;
  endpoint->Send({.kind = RequestKind::kSubmit, .keys = keys, .job = {}}, replies.Done());
  const EndpointReply<Place> reply = replies.Await(1).at(0);
  EXPECT_EQ(reply.kind, ReplyKind::kFailed);
  EXPECT_EQ(reply.failure, Outcome::kFailedUnreachable);
  EXPECT_EQ(reply.message, "no answer from " + server.url() +
                               ": the server's certificate is self-signed and none of those to "
                               "trust");
}

TEST_F(TlsTest, AFileOfAuthoritiesMustHoldSome) {
  const auto problem = [](const std::string& path) {
    const auto endpoint = GeoapifyEndpoint::Create({.ca_file = path});
    return endpoint ? "" : endpoint.error().message;
  };
  const TestFile two(authority_.certificate() + TestAuthority().certificate());
  EXPECT_EQ(problem(two.path()), "");
  const std::string wanted = ", wanted a PEM file of certificates";
  EXPECT_EQ(problem("/no/such/file.pem"), "ca_file: can't read \"/no/such/file.pem\"" + wanted);
  EXPECT_EQ(problem(""), "ca_file: can't read \"\"" + wanted);
  const std::string folder = testing::TempDir();
  EXPECT_EQ(problem(folder), "ca_file: can't read \"" + folder + "\"" + wanted);
  for (const std::string text : {"", "no certificate\n"}) {
    const TestFile none(text);
    EXPECT_EQ(problem(none.path()),
              "ca_file: found no certificate in \"" + none.path() + "\"" + wanted);
  }
  const std::string whole = authority_.certificate();
  const TestFile truncated(whole + whole.substr(0, whole.size() / 2));
  EXPECT_EQ(problem(truncated.path()),
            "ca_file: certificate 2 of \"" + truncated.path() + "\" can't be read" + wanted);
}

}  // namespace
}  // namespace batcher::geoapify
