#include "batcher/geoapify/http_pool.h"

#include <gmock/gmock.h>

#include <latch>
#include <set>

#include "batcher/base/run_clock.h"
#include "batcher/geoapify/loopback_server.h"
#include "batcher/geoapify/replies.h"

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

using Seen = LoopbackServer::Seen;
using Answer = LoopbackServer::Answer;

HttpPoolOptions At(const std::string& url) { return {.http = {.base_url = url}}; }

// A pool in which every request takes the same connection: a worker is idle only a moment after it
// has given its reply, and the next request would else open another.
HttpPoolOptions OneConnection(const std::string& url) {
  return {.http = {.base_url = url}, .max_connections = 1};
}

// Sends one request and waits for its reply.
HttpReply Ask(HttpPool& pool, HttpRequest request = {.target = "/"}) {
  Replies<HttpReply> replies;
  pool.Send(std::move(request), replies.Done());
  return replies.Await(1).at(0);
}

Answer Good(const Seen&) { return {.bytes = HttpAnswer(200, "good")}; }

TEST(HttpPoolTest, SendsWhatItIsGivenAndReadsTheWholeAnswer) {
  LoopbackServer server([](const Seen&) -> Answer {
    return {.bytes = HttpAnswer(202, "{}",
                                "Content-Type: application/json\r\n"
                                "Retry-After: 7\r\n"
                                "X-Batchlab-Answer-Age-Ns: 1500\r\n")};
  });
  HttpPool pool(At(server.url()));
  const HttpReply reply =
      Ask(pool, {.target = "/a%20b?c=d%2Be", .json = "[\"x\"]", .headers = {{"X-One", "1"}}});
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.error, "");
  EXPECT_EQ(reply.body, "{}");
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.retry_after, 7s);
  EXPECT_EQ(reply.answer_age, 1500ns);
  EXPECT_LE(reply.sent, reply.replied);
  const Seen seen = server.seen().at(0);
  EXPECT_THAT(seen.head, testing::StartsWith("POST /a%20b?c=d%2Be HTTP/1.1\r\n"));
  EXPECT_THAT(seen.head, HasSubstr("\r\nX-One: 1"));
  EXPECT_THAT(seen.head, HasSubstr("\r\nContent-Type: application/json"));
  EXPECT_THAT(seen.head, HasSubstr("\r\nAccept-Encoding: identity"));
  EXPECT_THAT(seen.head, Not(HasSubstr("Connection: close")));
  EXPECT_EQ(seen.body, "[\"x\"]");
}

TEST(HttpPoolTest, AGetHasNoBody) {
  LoopbackServer server(Good);
  HttpPool pool(At(server.url()));
  EXPECT_EQ(Ask(pool, {.target = "/x"}).body, "good");
  EXPECT_THAT(server.seen().at(0).head, testing::StartsWith("GET /x HTTP/1.1\r\n"));
  EXPECT_THAT(server.seen().at(0).head, Not(HasSubstr("Content-Length")));
}

TEST(HttpPoolTest, IgnoresAWaitThatCantBeTold) {
  for (const std::string value :
       {"Wed, 21 Oct 2026", "-1", "1.5", "", "7 s", "10000000000", "99999999999999999999999"}) {
    LoopbackServer server([&](const Seen&) -> Answer {
      return {.bytes = HttpAnswer(503, "", "Retry-After: " + value + "\r\n")};
    });
    HttpPool pool(At(server.url()));
    const HttpReply reply = Ask(pool);
    EXPECT_EQ(reply.status, 503);
    EXPECT_EQ(reply.retry_after, std::nullopt) << value;
  }
}

TEST(HttpPoolTest, AWaitMayBeUntilADate) {
  LoopbackServer server([&](const Seen&) -> Answer {
    return {.bytes = HttpAnswer(429, "",
                                "Date: Wed, 21 Oct 2026 07:28:00 GMT\r\n"
                                "Retry-After: Wed, 21 Oct 2026 07:28:30 GMT\r\n")};
  });
  HttpPool pool(At(server.url()));
  EXPECT_EQ(Ask(pool).retry_after, 30s);
}

TEST(HttpPoolTest, UsesOneConnectionForRequestsInTurn) {
  LoopbackServer server(Good);
  HttpPool pool(OneConnection(server.url()));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(Ask(pool).status, 200);
  }
  EXPECT_EQ(server.accepted(), 1U);
  EXPECT_EQ(pool.connections(), 1U);
}

TEST(HttpPoolTest, NeverUsesMoreConnectionsThanItMay) {
  LoopbackServer server(Good);
  HttpPoolOptions options = At(server.url());
  options.max_connections = 3;
  Replies<HttpReply> replies;
  HttpPool pool(options);
  for (int i = 0; i < 50; ++i) {
    pool.Send({.target = "/"}, replies.Done());
  }
  for (const HttpReply& reply : replies.Await(50)) {
    EXPECT_EQ(reply.status, 200);
  }
  EXPECT_LE(server.accepted(), 3U);
}

TEST(HttpPoolTest, WarmOpensEachConnectionAndUsesItOnce) {
  LoopbackServer server([](const Seen&) -> Answer { return {.bytes = HttpAnswer(404, "")}; });
  HttpPool pool(At(server.url()));
  const Result<std::size_t> warmed = pool.Warm(20, "/healthz");
  ASSERT_TRUE(warmed) << warmed.error().message;
  EXPECT_EQ(*warmed, 20U);
  EXPECT_EQ(server.accepted(), 20U);
  std::set<std::size_t> connections;
  for (const Seen& seen : server.seen()) {
    EXPECT_THAT(seen.head, testing::StartsWith("GET /healthz "));
    connections.insert(seen.connection);
  }
  EXPECT_EQ(connections.size(), 20U);
  EXPECT_EQ(server.seen().size(), 20U);
}

TEST(HttpPoolTest, WarmSaysWhyTheServerCantBeReached) {
  const std::string url = UrlOfNobody();
  HttpPool pool(At(url));
  const Result<std::size_t> warmed = pool.Warm(3, "/healthz");
  ASSERT_FALSE(warmed);
  EXPECT_EQ(warmed.error().message,
            "no answer from " + url + ": cannot connect (refused, unreachable or unknown host)");
}

TEST(HttpPoolTest, WarmOpensNoMoreThanItMay) {
  LoopbackServer server(Good);
  HttpPoolOptions options = At(server.url());
  options.max_connections = 2;
  HttpPool pool(options);
  EXPECT_EQ(pool.Warm(5, "/").value(), 2U);
  EXPECT_EQ(pool.Warm(0, "/").value(), 0U);
  EXPECT_EQ(server.accepted(), 2U);
}

TEST(HttpPoolTest, ClosesConnectionsThatIdle) {
  LoopbackServer server(Good);
  HttpPoolOptions options = At(server.url());
  options.idle_timeout = 1ms;
  HttpPool pool(options);
  ASSERT_EQ(pool.Warm(8, "/").value(), 8U);
  // Each request keeps one connection busy for a moment; the others retire meanwhile.
  const auto end = RunClock::SteadyNow() + 1min;
  while (pool.connections() > 1 && RunClock::SteadyNow() < end) {
    EXPECT_EQ(Ask(pool).status, 200);
  }
  EXPECT_LE(pool.connections(), 1U);
  EXPECT_EQ(Ask(pool).status, 200);
}

TEST(HttpPoolTest, AServerThatClosesAfterAnAnswerIsConnectedToAnew) {
  LoopbackServer server(
      [](const Seen&) -> Answer { return {.bytes = HttpAnswer(200, "good"), .close = true}; });
  HttpPool pool(OneConnection(server.url()));
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(Ask(pool).status, 200);
    ASSERT_TRUE(server.AwaitClosed(i + 1));
  }
  EXPECT_EQ(server.accepted(), 20U);
  EXPECT_EQ(server.seen().size(), 20U);
}

TEST(HttpPoolTest, WhatAServerSaysUnaskedIsNoAnswerToTheNextRequest) {
  // The second piece comes when the first answer has been taken.
  std::latch taken(1);
  LoopbackServer server([&](const Seen& seen) -> Answer {
    if (seen.connection > 0) {
      return Good(seen);
    }
    return {.bytes = HttpAnswer(200, "first"), .close = true, .before_close = [&] {
              taken.wait();
              return HttpAnswer(408, "too slow");
            }};
  });
  HttpPool pool(OneConnection(server.url()));
  EXPECT_EQ(Ask(pool).body, "first");
  taken.count_down();
  ASSERT_TRUE(server.AwaitClosed(1));
  EXPECT_EQ(Ask(pool).body, "good");
  EXPECT_EQ(server.accepted(), 2U);
}

// A server that answers the first request of a connection and closes it at the second.
Answer OnlyOnce(const Seen& seen) {
  return seen.request == 0 ? Good(seen) : Answer{.bytes = "", .close = true};
}

TEST(HttpPoolTest, ARepeatableRequestThatMetAClosingConnectionIsRepeatedOnce) {
  LoopbackServer server(OnlyOnce);
  HttpPool pool(OneConnection(server.url()));
  EXPECT_EQ(Ask(pool).status, 200);
  EXPECT_EQ(Ask(pool, {.target = "/", .repeatable = true}).status, 200);
  EXPECT_EQ(server.accepted(), 2U);
  EXPECT_EQ(server.seen().size(), 3U);
}

TEST(HttpPoolTest, AnyOtherRequestThatMetAClosingConnectionFails) {
  LoopbackServer server(OnlyOnce);
  HttpPool pool(OneConnection(server.url()));
  for (const HttpRequest& request : {HttpRequest{.target = "/"}, {.target = "/", .json = "[]"}}) {
    EXPECT_EQ(Ask(pool).status, 200);
    const HttpReply reply = Ask(pool, request);
    EXPECT_EQ(reply.status, 0);
    EXPECT_EQ(reply.error, "the kept connection was closed");
  }
  EXPECT_EQ(server.accepted(), 2U);
  EXPECT_EQ(server.seen().size(), 4U);
}

TEST(HttpPoolTest, ARequestOnAFreshConnectionIsNotRepeated) {
  LoopbackServer server([](const Seen&) -> Answer { return {.bytes = "", .close = true}; });
  HttpPool pool(At(server.url()));
  const HttpReply reply = Ask(pool);
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.error, "the connection broke");
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(HttpPoolTest, AnAnswerThatHasBegunIsNotAskedForAgain) {
  LoopbackServer server([](const Seen& seen) -> Answer {
    const std::string whole = HttpAnswer(200, "good");
    return seen.request == 0 ? Good(seen)
                             : Answer{.bytes = whole.substr(0, whole.size() - 1), .close = true};
  });
  HttpPool pool(OneConnection(server.url()));
  EXPECT_EQ(Ask(pool).status, 200);
  const HttpReply reply = Ask(pool);
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.error, "the connection broke");
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(HttpPoolTest, AServerThatHangsTimesOut) {
  LoopbackServer server([](const Seen&) -> Answer { return {}; });
  HttpPoolOptions options = At(server.url());
  options.http.attempt_timeout = 200ms;
  HttpPool pool(options);
  const HttpReply reply = Ask(pool, {.target = "/?apiKey=SECRET"});
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.error, "timed out after 200ms");
}

TEST(HttpPoolTest, AKeptConnectionThatHangsIsNotTriedTwice) {
  LoopbackServer server([](const Seen& seen) { return seen.request == 0 ? Good(seen) : Answer{}; });
  HttpPoolOptions options = OneConnection(server.url());
  options.http.attempt_timeout = 200ms;
  HttpPool pool(options);
  EXPECT_EQ(Ask(pool).status, 200);
  EXPECT_EQ(Ask(pool).error, "timed out after 200ms");
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(HttpPoolTest, AnAnswerMayBeAsLongAsItMayBeAndNoLonger) {
  LoopbackServer server(Good);
  HttpPoolOptions options = At(server.url());
  options.http.max_body_bytes = 4;
  HttpPool four(options);
  EXPECT_EQ(Ask(four).body, "good");
  options.http.max_body_bytes = 3;
  HttpPool three(options);
  EXPECT_EQ(Ask(three).error, "the answer is longer than 3 bytes");
}

TEST(HttpPoolTest, WhatIsNotHttpIsNoAnswer) {
  LoopbackServer server([](const Seen&) -> Answer {
    return {.bytes = "SSH-2.0-OpenSSH_9.2\r\n\r\n", .close = true};
  });
  HttpPool pool(At(server.url()));
  const HttpReply reply = Ask(pool);
  EXPECT_EQ(reply.status, 0);
  EXPECT_NE(reply.error, "");
}

TEST(HttpPoolTest, RedirectsAreNotFollowed) {
  LoopbackServer elsewhere(Good);
  for (const int status : {301, 302, 303, 307, 308}) {
    LoopbackServer server([&](const Seen&) -> Answer {
      return {.bytes = HttpAnswer(status, "", "Location: " + elsewhere.url() + "/?apiKey=K\r\n")};
    });
    HttpPool pool(At(server.url()));
    EXPECT_EQ(Ask(pool, {.target = "/?apiKey=K"}).status, status);
    EXPECT_EQ(server.seen().size(), 1U);
  }
  EXPECT_EQ(elsewhere.accepted(), 0U);
}

TEST(HttpPoolTest, DestructionGivesEveryRequestExactlyOneReply) {
  LoopbackServer server([](const Seen&) -> Answer { return {}; });
  Replies<HttpReply> replies;
  {
    HttpPoolOptions options = At(server.url());
    options.max_connections = 4;
    options.http.attempt_timeout = 10min;
    HttpPool pool(options);
    for (int i = 0; i < 12; ++i) {
      pool.Send({.target = "/"}, replies.Done());
    }
  }
  const std::vector<HttpReply> all = replies.Await(12);
  EXPECT_EQ(all.size(), 12U);
  for (const HttpReply& reply : all) {
    EXPECT_EQ(reply.status, 0);
    EXPECT_EQ(reply.error, "the client was stopped");
  }
}

TEST(HttpPoolTest, StopEndsEveryRequestAndRefusesLaterOnes) {
  std::latch asked(2);
  LoopbackServer server([&](const Seen&) -> Answer {
    asked.count_down();
    return {};
  });
  Replies<HttpReply> replies;
  HttpPoolOptions options = At(server.url());
  options.max_connections = 2;
  options.http.attempt_timeout = 10min;
  HttpPool pool(options);
  for (int i = 0; i < 3; ++i) {
    pool.Send({.target = "/"}, replies.Done());
  }
  asked.wait();
  pool.Stop();
  pool.Send({.target = "/"}, replies.Done());
  EXPECT_EQ(replies.Await(4).size(), 4U);
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(HttpPoolTest, ARequestFromWithinAReplyIsAnsweredEvenDuringDestruction) {
  LoopbackServer server([](const Seen&) -> Answer { return {}; });
  Replies<HttpReply> replies;
  {
    HttpPoolOptions options = At(server.url());
    options.http.attempt_timeout = 10min;
    HttpPool pool(options);
    pool.Send({.target = "/"}, [&](const HttpReply& first) {
      EXPECT_EQ(first.status, 0);
      pool.Send({.target = "/"}, replies.Done());
    });
  }
  EXPECT_EQ(replies.Await(1).size(), 1U);
}

}  // namespace
}  // namespace batcher::geoapify
