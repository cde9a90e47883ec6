#include "mock_server/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "batcher/base/run_clock.h"
#include "mock_server/test_socket.h"

namespace mock_server {
namespace {

using Json = nlohmann::json;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kSingle = "/v1/geocode/search?apiKey=K&format=json&text=";
constexpr const char* kBatch = "/v1/batch/geocode/search?&apiKey=K";

std::string RawGet(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string RawPost(const std::string& headers, const std::string& body) {
  return std::string("POST ") + kBatch + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override { Start(Quick()); }

  static ServerOptions Quick() {
    return {.service = {.single = ConstantLatency(1ms), .batch_base = ConstantLatency(1ms)}};
  }

  void Start(const ServerOptions& options) {
    auto started = MockServer::Start(options);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
  }

  // What the server sends in answer to these bytes, until it closes the connection.
  [[nodiscard]] std::string Exchange(const std::string& bytes) const {
    return TestSocket(server_->port()).Send(bytes).EndSending().ReadAll();
  }

  httplib::Result Submit(const std::string& body) {
    return client_->Post(kBatch, body, "application/json");
  }

  void ExpectAlive() {
    const auto answer = client_->Get("/healthz");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "ok");
  }

  std::unique_ptr<MockServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(HttpServerTest, AnswersASingleCallAndTellsTheAgeOfTheAnswer) {
  const auto answer = client_->Get(std::string(kSingle) + "2%20Macquarie%20Street%2C%20Sydney");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(Json::parse(answer->body)["results"][0]["lat"], -33.8587);
  EXPECT_GE(std::stoll(answer->get_header_value("X-Batchlab-Answer-Age-Ns")), 0);
  const std::vector<batcher::Duration> errors = server_->TakeDelayErrors();
  EXPECT_EQ(errors.size(), 1U);
  EXPECT_EQ(server_->TakeDelayErrors().size(), 0U);
  EXPECT_EQ(server_->delay_errors().sum, errors.front());
}

TEST_F(HttpServerTest, ABatchIsFollowedByItsUrlAndFetchedAgain) {
  const auto accepted = Submit(R"(["11 Wall Street New York, NY", "nowhere"])");
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->status, 202);
  const Json job = Json::parse(accepted->body);
  const std::string url = job["url"];
  ASSERT_THAT(url, StartsWith(server_->origin() + "/v1/batch/geocode/search?id="));
  const std::string target = url.substr(server_->origin().size());
  httplib::Result answer = client_->Get(target);
  for (int i = 0; i < 1000 && answer && answer->status == 202; ++i) {
    EXPECT_EQ(Json::parse(answer->body)["id"], job["id"]);
    answer = client_->Get(target);
  }
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(Json::parse(answer->body)[0]["lat"], 40.7069);
  EXPECT_GE(std::stoll(answer->get_header_value("X-Batchlab-Answer-Age-Ns")), 0);
  const auto csv = client_->Get(target + "&format=csv");
  ASSERT_TRUE(csv);
  EXPECT_EQ(csv->get_header_value("Content-Type"), "text/csv");
  EXPECT_THAT(csv->body, StartsWith("\"query.text\""));
}

TEST_F(HttpServerTest, EveryErrorHasItsStatusAndAJsonBody) {
  const auto status_of = [](const httplib::Result& answer) {
    EXPECT_EQ(Json::parse(answer->body)["statusCode"], answer->status);
    return answer->status;
  };
  EXPECT_EQ(status_of(client_->Get("/v1/geocode/search?text=Paris")), 401);
  EXPECT_EQ(status_of(client_->Get("/v1/geocode/search?apiKey=K")), 400);
  EXPECT_EQ(status_of(client_->Get("/v2?apiKey=K")), 404);
  EXPECT_EQ(status_of(client_->Get(std::string(kBatch) + "&id=x")), 404);
  EXPECT_EQ(status_of(client_->Delete(kBatch)), 405);
  EXPECT_EQ(status_of(client_->Put("/healthz")), 405);
  EXPECT_EQ(status_of(Submit("[1]")), 400);
  EXPECT_EQ(status_of(Submit(Json(std::vector<std::string>(1001)).dump())), 400);
  const auto head = client_->Head("/healthz");
  EXPECT_EQ(head->status, 405);
  EXPECT_EQ(head->get_header_value("Allow"), "GET");
  ExpectAlive();
}

TEST_F(HttpServerTest, RefusalsOfTheRateLimitSayWhenToComeBack) {
  ServerOptions options = Quick();
  options.service.rate_limit = RateLimit{.rate_per_second = 0.001, .burst = 1};
  Start(options);
  EXPECT_EQ(client_->Get(std::string(kSingle) + "Paris")->status, 200);
  const auto refused = client_->Get(std::string(kSingle) + "Paris");
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->get_header_value("Retry-After"), "1");
  EXPECT_EQ(server_->counts().OfStatus(429), 1U);
}

TEST_F(HttpServerTest, CountsWhatItWasAsked) {
  (void)client_->Get(std::string(kSingle) + "Paris");
  (void)Submit("[\"a\"]");
  (void)client_->Get(std::string(kBatch) + "&id=x");
  (void)client_->Get("/healthz");
  const ServerCounts counts = server_->counts();
  EXPECT_EQ(counts.replies.at(Route::kSingle).at(200), 1U);
  EXPECT_EQ(counts.replies.at(Route::kSubmit).at(202), 1U);
  EXPECT_EQ(counts.replies.at(Route::kPoll).at(404), 1U);
  EXPECT_EQ(counts.replies.at(Route::kHealth).at(200), 1U);
  EXPECT_EQ(counts.OfRoute(Route::kOther), 0U);
  EXPECT_EQ(counts.OfStatus(200), 2U);
  EXPECT_EQ(counts.OfStatus(500), 0U);
  EXPECT_EQ(counts.peak_requests, 1U);
}

TEST_F(HttpServerTest, CountsItsJobs) {
  ServerOptions options = Quick();
  options.service.batch_base = ConstantLatency(1h);
  Start(options);
  (void)Submit("[\"a\"]");
  (void)Submit("[\"b\"]");
  EXPECT_EQ(server_->jobs(), (JobCounts{.pending = 2, .done = 0}));
}

TEST_F(HttpServerTest, NeverCompresses) {
  const httplib::Headers headers = {{"Accept-Encoding", "br, gzip, deflate"}};
  const auto answer = client_->Get(std::string(kSingle) + "Paris", headers);
  EXPECT_FALSE(answer->has_header("Content-Encoding"));
}

TEST_F(HttpServerTest, ServesRequestAfterRequestOnOneConnection) {
  TestSocket socket(server_->port());
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(socket.Send(RawGet("/healthz")).ReadReply(), StartsWith("HTTP/1.1 200"));
  }
  // Two at once, too.
  socket.Send(RawGet("/healthz") + RawGet("/healthz"));
  EXPECT_THAT(socket.ReadReply(), EndsWith("ok"));
  EXPECT_THAT(socket.ReadReply(), EndsWith("ok"));
}

TEST_F(HttpServerTest, AQuestionMarkInAnAddressIsPartOfIt) {
  const std::string answer = Exchange(RawGet(std::string(kSingle) + "where?who?"));
  EXPECT_THAT(answer, HasSubstr(R"("query":{"text":"where?who?"})"));
}

TEST_F(HttpServerTest, AnAddressThatIsNotUtf8IsAnsweredInUtf8) {
  const std::string answer = Exchange(RawGet(std::string(kSingle) + "a%FFz\xFF"));
  EXPECT_THAT(answer, HasSubstr("\"text\":\"a\uFFFDz\uFFFD\""));
}

TEST_F(HttpServerTest, MalformedRequestsAreRefusedAndHurtNobody) {
  const std::string long_line(300'000, 'a');
  for (const std::string& bytes : {
           std::string("\0\0\0\0\r\n\r\n", 8),
           std::string("GET / HTTP/9.9\r\n\r\n"),
           std::string("FETCH / HTTP/1.1\r\n\r\n"),
           std::string("GET\r\n\r\n"),
           std::string("\xFF\xFE\x80 \x81 \x82\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", 15),  // TLS
           RawGet("/" + long_line),
           RawGet("/healthz", "X: " + long_line + "\r\n"),
           RawGet("/healthz", "Range: bytes=9-1,zz\r\n"),
           RawPost("Content-Length: 99999999999999999999999\r\n", "[]"),
           RawPost("Transfer-Encoding: chunked\r\n", "zz\r\n[]\r\n0\r\n\r\n"),
           RawPost("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "[\"\"]"),
           RawPost("Content-Length: 100\r\n", "[]"),
       }) {
    const std::string answer = Exchange(bytes);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 4")) << bytes.substr(0, 60);
    EXPECT_THAT(answer, HasSubstr("\"statusCode\":4")) << bytes.substr(0, 60);
    ExpectAlive();
  }
}

TEST_F(HttpServerTest, HalfARequestOrEndlessHeadersAreNotWaitedForForever) {
  (void)Exchange("GET /healthz HT");
  (void)Exchange("");
  std::string headers;
  while (headers.size() < 1'000'000) {
    headers += "X-Filler: something\r\n";
  }
  EXPECT_THAT(Exchange(RawGet("/healthz", headers)), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(Exchange(RawGet("/healthz", "Range: bytes=" + std::string(8000, '1') + "-\r\n")),
              StartsWith("HTTP/1.1 "));
  ExpectAlive();
}

TEST_F(HttpServerTest, ABodyThatNoRouteReadsIsNotTakenForARequest) {
  TestSocket socket(server_->port());
  const std::string hidden = RawGet(std::string(kSingle) + "hidden");
  socket.Send(RawGet("/healthz", "Content-Length: " + std::to_string(hidden.size()) + "\r\n"));
  EXPECT_THAT(socket.Send(hidden).ReadReply(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(socket.Send(RawGet("/v2")).ReadReply(), StartsWith("HTTP/1.1 404"));
  EXPECT_EQ(server_->counts().OfRoute(Route::kSingle), 0U);
}

TEST_F(HttpServerTest, AnyContentTypeOrNoneAndAnyTransferWillDo) {
  const std::string with_type = "Content-Length: 5\r\nContent-Type: ";
  for (const char* const type : {"text/plain", "application/x-www-form-urlencoded",
                                 "multipart/form-data; boundary=x", "multipart/form-data"}) {
    EXPECT_THAT(Exchange(RawPost(with_type + type + "\r\n", "[\"a\"]")),
                StartsWith("HTTP/1.1 202"));
  }
  EXPECT_THAT(Exchange(RawPost("Transfer-Encoding: chunked\r\n", "5\r\n[\"a\"]\r\n0\r\n\r\n")),
              StartsWith("HTTP/1.1 202"));
  // Neither length nor chunks: no body, and no waiting for one.
  TestSocket socket(server_->port());
  EXPECT_THAT(socket.Send(RawPost("", "")).ReadReply(), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, TheLongestBodyIsTakenAndALongerOneIsNot) {
  ServerOptions options = Quick();
  options.limits.max_body_bytes = 100'000;
  Start(options);
  const auto body_of = [](std::size_t size) { return "[\"" + std::string(size - 4, 'x') + "\"]"; };
  EXPECT_EQ(Submit(body_of(100'000))->status, 202);
  EXPECT_EQ(Submit(body_of(100'001))->status, 413);
  // In chunks the length is not known beforehand.
  const std::string chunk = "186A1\r\n" + body_of(100'001) + "\r\n0\r\n\r\n";
  EXPECT_THAT(Exchange(RawPost("Transfer-Encoding: chunked\r\n", chunk)),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Exchange(RawPost("Expect: 100-continue\r\nContent-Length: 100001\r\n", "")),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Exchange(RawPost("Expect: 100-continue\r\nContent-Length: 5\r\n", "[\"a\"]")),
              testing::AllOf(StartsWith("HTTP/1.1 100"), HasSubstr("HTTP/1.1 202")));
  ExpectAlive();
}

TEST_F(HttpServerTest, AHundredMegabytesAreAnsweredWith413) {
  const std::string body(100U << 20U, 'x');
  const auto answer = Submit(body);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(Json::parse(answer->body)["error"], "Payload Too Large");
  ExpectAlive();
}

TEST_F(HttpServerTest, APortInUseIsASentence) {
  ServerOptions options = Quick();
  options.port = server_->port();
  const auto second = MockServer::Start(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "cannot listen on 127.0.0.1:" + std::to_string(options.port) +
                                        ": Address already in use");
  options.port = 70'000;
  EXPECT_THAT(MockServer::Start(options).error().message, EndsWith("a port is from 0 to 65535"));
  options.port = 0;
  options.bind = "no.such.host.invalid";
  EXPECT_THAT(MockServer::Start(options).error().message, StartsWith("cannot listen on no.such"));
}

TEST_F(HttpServerTest, ThePublicUrlIsPutIntoTheBatchAnswer) {
  ServerOptions options = Quick();
  options.public_url = "https://geo.example";
  Start(options);
  EXPECT_THAT(Submit("[\"a\"]")->body, HasSubstr("\"url\":\"https://geo.example/v1/batch/"));
}

TEST_F(HttpServerTest, StopsWhateverIsOpen) {
  ServerOptions options = Quick();
  options.service.single = ConstantLatency(1h);
  options.service.workers = std::nullopt;
  Start(options);
  std::vector<std::unique_ptr<TestSocket>> sockets;
  const auto open = [&](const std::string& bytes) {
    sockets.push_back(std::make_unique<TestSocket>(server_->port()));
    sockets.back()->Send(bytes);
  };
  for (int i = 0; i < 5; ++i) {
    open("");                                      // idle from the start
    open(RawGet("/healthz"));                      // idle after a request
    open("GET /heal");                             // in the middle of the head
    open(RawPost("Content-Length: 9\r\n", "["));   // in the middle of the body
    open(RawGet(std::string(kSingle) + "Paris"));  // waiting for its answer
  }
  (void)client_->Get("/healthz");
  const batcher::RunClock clock;
  server_->Stop();
  server_->Stop();
  const batcher::Instant stopped = clock.Now();
  std::cout << "stopped in " << batcher::ToMilliseconds(stopped.time_since_epoch()) << " ms\n";
  EXPECT_LT(stopped, batcher::At(5s));
  EXPECT_EQ(sockets.back()->ReadAll(), "");
  server_.reset();
}

TEST_F(HttpServerTest, StopsAtOnceAfterTheStart) {
  for (int i = 0; i < 20; ++i) {
    Start(Quick());
    server_->Stop();
  }
}

TEST_F(HttpServerTest, ConnectionsBeyondTheLimitWaitForAPlace) {
  ServerOptions options = Quick();
  options.limits.places.most = 1;
  Start(options);
  auto first = std::make_unique<TestSocket>(server_->port());
  ASSERT_THAT(first->Send(RawGet("/healthz")).ReadReply(), EndsWith("ok"));
  TestSocket second(server_->port());
  second.Send(RawGet("/healthz"));
  first.reset();
  EXPECT_THAT(second.ReadReply(), EndsWith("ok"));
}

}  // namespace
}  // namespace mock_server
