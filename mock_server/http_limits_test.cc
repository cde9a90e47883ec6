// Goal: what clients do, or leave undone, takes a bounded part of the server, and keeps nobody else
// from being answered. Method: sockets that send bytes at will. Limits of time are either so short
// that they are soon over, or so long that no test lives to see their end.

#include "mock_server/http_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "batcher/base/run_clock.h"
#include "mock_server/equal_in_constant_time.h"
#include "mock_server/http_server.h"
#include "mock_server/test_socket.h"

namespace mock_server {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""ms;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kHealth = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kSingle =
    "GET /v1/geocode/search?apiKey=K&text=Paris HTTP/1.1\r\nHost: x\r\n\r\n";

std::string RawPost(const std::string& headers, const std::string& body) {
  return "POST /v1/batch/geocode/search?apiKey=K HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

// With limits of time that none of these tests lives to see the end of.
HttpLimits Patient() {
  HttpLimits limits;
  limits.places.grace = 0ms;
  limits.patience = 1h;
  return limits;
}

class HttpLimitsTest : public testing::Test {
 protected:
  void Start(const HttpLimits& limits, batcher::Duration single = 0ms) {
    auto started = MockServer::Start({.service = {.single = ConstantLatency(single),
                                                  .batch_base = ConstantLatency(0ms),
                                                  .workers = std::nullopt},
                                      .limits = limits});
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  // A further connection that stays open to the test's end.
  TestSocket& Open(const std::string& bytes) {
    sockets_.push_back(std::make_unique<TestSocket>(server_->port()));
    return sockets_.back()->Send(bytes);
  }

  void ExpectAnswers(int clients) {
    for (int i = 0; i < clients; ++i) {
      TestSocket honest(server_->port());
      for (int request = 0; request < 3; ++request) {
        ASSERT_THAT(honest.Send(kHealth).ReadReply(), EndsWith("ok"));
      }
    }
  }

  std::unique_ptr<MockServer> server_;
  std::vector<std::unique_ptr<TestSocket>> sockets_;
};

TEST_F(HttpLimitsTest, SlowConnectionsUpToTheLimitAndAboveKeepNobodyOut) {
  HttpLimits limits = Patient();
  limits.places.most = 8;
  Start(limits);
  for (int i = 0; i < 40; ++i) {
    Open("");                                     // says nothing
    Open("GET /heal");                            // in the middle of the head
    Open(RawPost("Content-Length: 9\r\n", "["));  // in the middle of the body
    ExpectAnswers(1);
  }
}

TEST_F(HttpLimitsTest, WhoNeverReadsKeepsNobodyOut) {
  ServerOptions options;
  HttpLimits limits = Patient();
  limits.places.most = 1;
  auto started = MockServer::Start({.service = {.batch_base = ConstantLatency(0ms),
                                                .batch_mode = BatchMode::kImmediate,
                                                .workers = std::nullopt},
                                    .limits = limits});
  ASSERT_TRUE(started);
  server_ = std::move(*started);
  // The answer is larger than what the kernel keeps for a reader that doesn't read.
  std::string body = "[\"" + std::string(20U << 10U, 'x') + "\"";
  for (int i = 1; i < 700; ++i) {
    body += ",\"" + std::string(20U << 10U, 'x') + "\"";
  }
  body += "]";
  Open(RawPost("Content-Length: " + std::to_string(body.size()) + "\r\n", body));
  ExpectAnswers(1);
}

TEST_F(HttpLimitsTest, WhoIsBeingAnsweredKeepsItsPlace) {
  HttpLimits limits = Patient();
  limits.places.most = 2;
  Start(limits, 200ms);
  TestSocket& first = Open(kSingle);
  TestSocket& second = Open(kSingle);
  const auto end = batcher::RunClock::SteadyAfter(1min);
  while (server_->counts().peak_requests < 2 && batcher::RunClock::SteadyNow() < end) {
    std::this_thread::yield();  // Else one may have said nothing yet, as far as the server knows.
  }
  ExpectAnswers(1);  // once there is a place
  EXPECT_THAT(first.ReadReply(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(second.ReadReply(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpLimitsTest, WhereOthersWaitAClientIsToldThatItsConnectionCloses) {
  HttpLimits limits = Patient();
  limits.places.most = 1;
  limits.places.grace = 1h;
  Start(limits);
  TestSocket first(server_->port());
  EXPECT_THAT(first.Send(kHealth).ReadReply(), AllOf(EndsWith("ok"), HasSubstr("Keep-Alive")));
  TestSocket second(server_->port());
  second.Send(kHealth);
  std::string reply;
  const auto end = batcher::RunClock::SteadyAfter(1min);
  do {  // Until the server has come to know of the second.
    reply = first.Send(kHealth).ReadReply();
    ASSERT_THAT(reply, EndsWith("ok"));
  } while (reply.find("Connection: close") == std::string::npos &&
           batcher::RunClock::SteadyNow() < end);
  EXPECT_EQ(first.ReadAll(), "");
  EXPECT_THAT(second.ReadReply(), EndsWith("ok"));
}

TEST_F(HttpLimitsTest, WhatDoesNotComeInTimeIsAnsweredWith408) {
  HttpLimits limits;
  limits.patience = 20ms;
  Start(limits);
  for (const std::string& bytes :
       {std::string("G"), std::string("GET /healthz HTTP/1.1\r\nHost: x\r\n"),
        RawPost("Content-Length: 9\r\n", "["),
        RawPost("Transfer-Encoding: chunked\r\n", "9\r\n[")}) {
    EXPECT_THAT(TestSocket(server_->port()).Send(bytes).ReadAll(),
                AllOf(StartsWith("HTTP/1.1 408 Request Timeout\r\n"),
                      HasSubstr("Connection: close\r\n"), HasSubstr("\"statusCode\":408")));
  }
  EXPECT_EQ(server_->counts().OfStatus(408), 4U);
  EXPECT_EQ(server_->counts().replies.at(Route::kSubmit).at(408), 2U);
}

TEST_F(HttpLimitsTest, WhoAsksNothingIsClosedInSilence) {
  HttpLimits limits;
  limits.patience = 20ms;
  limits.idle_limit = 20ms;
  Start(limits);
  EXPECT_EQ(TestSocket(server_->port()).ReadAll(), "");
  EXPECT_EQ(TestSocket(server_->port()).Send("\r\n").ReadAll(), "");
  EXPECT_THAT(TestSocket(server_->port()).Send(kHealth).ReadAll(), EndsWith("ok"));
}

// Each byte comes in time after the one before it; all of them don't.
TEST_F(HttpLimitsTest, ADrippingBodyIsNotWaitedForUntilItsEnd) {
  HttpLimits limits;
  limits.patience = 50ms;
  Start(limits);
  TestSocket dripping(server_->port());
  dripping.Send(RawPost("Content-Length: 1000000000\r\n", ""));
  EXPECT_THAT(
      TestSocket(server_->port()).Send(RawPost("Content-Length: 9000000\r\n", "[")).ReadAll(),
      StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(dripping.ReadAll(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpLimitsTest, WhatIsTooLongHasItsStatus) {
  HttpLimits limits = Patient();
  limits.head = {.max_line_bytes = 1000, .max_header_bytes = 1000, .max_headers = 5};
  limits.max_body_bytes = 1000;
  Start(limits);
  const std::string filler(1000, 'a');
  const auto status_of = [&](const std::string& bytes) {
    const std::string reply = TestSocket(server_->port()).Send(bytes).ReadAll();
    EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
    return reply.substr(0, 12);
  };
  EXPECT_EQ(status_of("GET /" + filler + " HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 414");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nX: " + filler + "\r\n\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nA:\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n"),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of(RawPost("Content-Length: 1001\r\n", "")), "HTTP/1.1 413");
  EXPECT_EQ(status_of(RawPost("Transfer-Encoding: chunked\r\n", "3E9\r\n")), "HTTP/1.1 413");
  // What no server would keep is not waited for either.
  EXPECT_EQ(status_of("GET /" + filler), "HTTP/1.1 414");
}

TEST_F(HttpLimitsTest, ARequestThatCanBeReadInTwoWaysIsNotAnswered) {
  Start(Patient());
  const std::string hidden = "0\r\n\r\n" + std::string(kSingle);
  for (const std::string& headers :
       {"Content-Length: " + std::to_string(hidden.size()) + "\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: " + std::to_string(hidden.size()) + "\r\n",
        std::string("Transfer-Encoding: chunked\r\n , identity\r\n")}) {
    EXPECT_THAT(TestSocket(server_->port()).Send(RawPost(headers, hidden)).ReadAll(),
                AllOf(StartsWith("HTTP/1.1 400"), HasSubstr("Connection: close"),
                      Not(HasSubstr("HTTP/1.1 200"))));
  }
  EXPECT_EQ(server_->counts().OfRoute(Route::kSingle), 0U);
}

TEST_F(HttpLimitsTest, AConnectionIsClosedAfterSoManyRequests) {
  HttpLimits limits = Patient();
  limits.max_requests = 3;
  Start(limits);
  TestSocket socket(server_->port());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(socket.Send(kHealth).ReadReply(), Not(HasSubstr("Connection: close")));
  }
  EXPECT_THAT(socket.Send(kHealth).ReadAll(),
              AllOf(HasSubstr("Connection: close"), EndsWith("ok")));
}

TEST_F(HttpLimitsTest, AllBodiesTogetherAreBounded) {
  HttpLimits limits = Patient();
  limits.max_held_bytes = 1000;
  Start(limits);
  const std::string body = "[\"" + std::string(596, 'b') + "\"]";
  const std::string whole = RawPost("Content-Length: 600\r\n", body);
  const auto end = batcher::RunClock::SteadyAfter(1min);
  // It may be answered before the half is taken in, and a half not taken in before it is answered.
  std::string reply;
  do {
    Open(RawPost("Content-Length: 600\r\n", body.substr(0, 500)));
    reply = TestSocket(server_->port()).Send(whole).ReadReply();
  } while (reply.find("503") == std::string::npos && batcher::RunClock::SteadyNow() < end);
  EXPECT_THAT(reply, AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Connection: close")));
  sockets_.clear();
  do {
    reply = TestSocket(server_->port()).Send(whole).ReadReply();
  } while (reply.find("202") == std::string::npos && batcher::RunClock::SteadyNow() < end);
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 202"));
}

TEST_F(HttpLimitsTest, AnEncodedBodyIsRefused) {
  Start(Patient());
  EXPECT_THAT(TestSocket(server_->port())
                  .Send(RawPost("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "[\"\"]"))
                  .ReadAll(),
              StartsWith("HTTP/1.1 415"));
}

TEST_F(HttpLimitsTest, KnowsWhetherOnlyThisMachineCanConnect) {
  Start(Patient());
  EXPECT_TRUE(server_->is_loopback());
  const auto everywhere = MockServer::Start({.bind = "0.0.0.0"});
  ASSERT_TRUE(everywhere);
  EXPECT_FALSE((*everywhere)->is_loopback());
}

TEST(EqualInConstantTimeTest, IsTrueForEqualTextsOnly) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("secret", "secret"));
  for (const char* const guess : {"", "s", "secre", "secrets", "Secret", "secreT", "seCret"}) {
    EXPECT_FALSE(EqualInConstantTime(guess, "secret")) << guess;
  }
  EXPECT_FALSE(EqualInConstantTime("secret", ""));
}

}  // namespace
}  // namespace mock_server
