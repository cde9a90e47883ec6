#include "batcher/geoapify/endpoint.h"

#include <gmock/gmock.h>

#include "batcher/geoapify/loopback_server.h"
#include "batcher/geoapify/replies.h"

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using Seen = LoopbackServer::Seen;
using Reply = EndpointReply<Place>;
using Keys = std::vector<std::string>;

Request<std::string> Single(const Keys& keys) {
  return {.kind = RequestKind::kSingle, .keys = keys, .job = {}};
}
Request<std::string> Submit(const Keys& keys) {
  return {.kind = RequestKind::kSubmit, .keys = keys, .job = {}};
}
Request<std::string> Poll(const Keys& keys) {
  return {.kind = RequestKind::kPoll, .keys = keys, .job = "00ff"};
}

// A server that answers every request alike, and an endpoint that talks to it.
class Fixture {
 public:
  explicit Fixture(std::string answer, GeoapifyOptions options = {})
      : server_([answer = std::move(answer)](const Seen&) -> LoopbackServer::Answer {
          return {.bytes = answer};
        }) {
    options.base_url = server_.url();
    options.api_key = "SECRET+KEY";
    endpoint_ = GeoapifyEndpoint::Create(options).value();
  }

  Reply Ask(const Request<std::string>& request) {
    Replies<Reply> replies;
    endpoint_->Send(request, replies.Done());
    return replies.Await(1).at(0);
  }

  [[nodiscard]] Seen seen() const { return server_.seen().at(0); }
  [[nodiscard]] std::string url() const { return server_.url(); }

 private:
  LoopbackServer server_;
  std::unique_ptr<GeoapifyEndpoint> endpoint_;
};

// What Create says about an option that is wrong.
std::string Problem(GeoapifyOptions options) {
  const auto endpoint = GeoapifyEndpoint::Create(std::move(options));
  return endpoint ? "" : endpoint.error().message;
}

TEST(GeoapifyEndpointTest, ASingleAddressIsAnswered) {
  Fixture fixture(
      HttpAnswer(200, R"({"results":[{"lat":38.8977,"lon":-77.0365,"formatted":"White House"}],)"
                      R"("query":{"text":"1600 Penn"}})"));
  const Keys keys = {"1600 Penn"};
  const Reply reply = fixture.Ask(Single(keys));
  EXPECT_EQ(reply.kind, ReplyKind::kAnswered);
  EXPECT_EQ(reply.status, 200);
  ASSERT_EQ(reply.items.size(), 1U);
  EXPECT_EQ(reply.items[0].value,
            (Place{.lat = 38.8977, .lon = -77.0365, .formatted = "White House"}));
  EXPECT_EQ(reply.answer_age, std::nullopt);
  EXPECT_THAT(fixture.seen().head, StartsWith("GET /v1/geocode/search?text=1600%20Penn&format=json"
                                              "&limit=1&apiKey=SECRET%2BKEY HTTP/1.1\r\n"));
  EXPECT_THAT(fixture.seen().head, Not(HasSubstr("X-Batchlab")));
}

TEST(GeoapifyEndpointTest, ABatchIsAcceptedWithAJob) {
  Fixture fixture(HttpAnswer(202, R"({"id":"00ff","status":"pending"})"), {.send_ordinals = true});
  const Keys keys = {"a", "b"};
  const Reply reply = fixture.Ask(
      {.kind = RequestKind::kSubmit, .keys = keys, .job = {}, .first_call = 41, .attempt = 2});
  EXPECT_EQ(reply.kind, ReplyKind::kPending);
  EXPECT_EQ(reply.job, "00ff");
  EXPECT_THAT(fixture.seen().head,
              StartsWith("POST /v1/batch/geocode/search?apiKey=SECRET%2BKEY "));
  EXPECT_THAT(fixture.seen().head, HasSubstr("X-Batchlab-Ordinal: 41"));
  EXPECT_THAT(fixture.seen().head, HasSubstr("X-Batchlab-Attempt: 2"));
  EXPECT_EQ(fixture.seen().body, R"(["a","b"])");
}

TEST(GeoapifyEndpointTest, APollBringsEachKeyItsOwnResult) {
  Fixture fixture(HttpAnswer(200,
                             R"([{"query":{"text":"b"},"lat":2,"lon":2},)"
                             R"({"query":{"text":"a"},"lat":1,"lon":1},)"
                             R"({"query":{"text":"x"},"lat":9,"lon":9},)"
                             R"({"query":{"text":"c"}}])",
                             "X-Batchlab-Answer-Age-Ns: 5000000\r\n"),
                  {.send_ordinals = true});
  const Keys keys = {"a", "b", "c", "d"};
  const Reply reply = fixture.Ask(Poll(keys));
  ASSERT_EQ(reply.kind, ReplyKind::kAnswered);
  ASSERT_EQ(reply.items.size(), 4U);
  EXPECT_EQ(reply.items[0].value->lat, 1);
  EXPECT_EQ(reply.items[1].value->lat, 2);
  EXPECT_EQ(reply.items[2].outcome, Outcome::kNotFound);
  EXPECT_EQ(reply.items[3].outcome, Outcome::kMissingResult);
  EXPECT_EQ(reply.mismatches, 1U);
  EXPECT_EQ(reply.answer_age, 5ms);
  EXPECT_LE(reply.sent, reply.replied);
  EXPECT_THAT(fixture.seen().head, StartsWith("GET /v1/batch/geocode/search?id=00ff&format=json"
                                              "&apiKey=SECRET%2BKEY HTTP/1.1\r\n"));
  EXPECT_THAT(fixture.seen().head, Not(HasSubstr("X-Batchlab")));
}

TEST(GeoapifyEndpointTest, ARateLimitAsksToWait) {
  Fixture fixture(
      HttpAnswer(429, R"({"statusCode":429,"message":"Too many"})", "Retry-After: 3\r\n"));
  const Keys keys = {"a"};
  const Reply reply = fixture.Ask(Submit(keys));
  EXPECT_EQ(reply.kind, ReplyKind::kFailed);
  EXPECT_EQ(reply.failure, Outcome::kFailedStatus);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.retry_after, 3s);
  EXPECT_EQ(reply.message,
            fixture.url() + " answered 429 (rate limit, to be tried again): Too many");
}

TEST(GeoapifyEndpointTest, ErrorsOfTheServiceKeepTheirStatus) {
  const Keys keys = {"a"};
  Fixture broken(HttpAnswer(500, R"({"message":"Request failed"})"));
  const Reply failed = broken.Ask(Poll(keys));
  EXPECT_EQ(failed.kind, ReplyKind::kFailed);
  EXPECT_EQ(failed.status, 500);
  Fixture gateway(HttpAnswer(502, "<html>Bad Gateway</html>", "Content-Type: text/html\r\n"));
  const Reply html = gateway.Ask(Single(keys));
  EXPECT_EQ(html.kind, ReplyKind::kFailed);
  EXPECT_EQ(html.failure, Outcome::kFailedStatus);
  EXPECT_EQ(html.message, gateway.url() + " answered 502");
}

TEST(GeoapifyEndpointTest, ALostJobIsLost) {
  Fixture fixture(HttpAnswer(404, "{}"));
  const Keys keys = {"a"};
  EXPECT_EQ(fixture.Ask(Poll(keys)).kind, ReplyKind::kLost);
}

TEST(GeoapifyEndpointTest, ATruncatedBodyFails) {
  const Keys keys = {"a"};
  Fixture json(HttpAnswer(200, R"([{"query":{"text":"a"},"la)"));
  const Reply bad = json.Ask(Poll(keys));
  EXPECT_EQ(bad.kind, ReplyKind::kFailed);
  EXPECT_EQ(bad.failure, Outcome::kFailedBadReply);
  EXPECT_TRUE(bad.items.empty());
}

TEST(GeoapifyEndpointTest, TheKeyIsInNoMessage) {
  const Keys keys = {"a"};
  Fixture fixture(
      HttpAnswer(401, R"({"message":"Invalid apiKey SECRET+KEY in\n?apiKey=SECRET%2BKEY&x )" +
                          std::string(1000, 'x') + "\"}"));
  const Reply reply = fixture.Ask(Submit(keys));
  EXPECT_EQ(reply.kind, ReplyKind::kRefused);
  EXPECT_THAT(reply.message,
              StartsWith(fixture.url() + " answered 401: Invalid apiKey *** in ?apiKey=***&x xx"));
  EXPECT_LT(reply.message.size(), 400U);
  EXPECT_THAT(reply.message, Not(HasSubstr("SECRET")));
}

TEST(GeoapifyEndpointTest, AServerThatIsNotThereIsUnreachable) {
  const std::string url = UrlOfNobody();
  const auto endpoint = GeoapifyEndpoint::Create({.base_url = url, .api_key = "SECRET"}).value();
  const Keys keys = {"a"};
  Replies<Reply> replies;
  endpoint->Send(Single(keys), replies.Done());
  const Reply reply = replies.Await(1).at(0);
  EXPECT_EQ(reply.kind, ReplyKind::kFailed);
  EXPECT_EQ(reply.failure, Outcome::kFailedUnreachable);
  EXPECT_EQ(reply.status, 0);
  EXPECT_THAT(reply.message, StartsWith("no answer from " + url + ": cannot connect"));
  EXPECT_FALSE(endpoint->Warm(2));
}

TEST(GeoapifyEndpointTest, AServerThatHangsIsUnreachable) {
  Fixture fixture("", {.attempt_timeout = 200ms});
  const Keys keys = {"a"};
  const Reply reply = fixture.Ask(Submit(keys));
  EXPECT_EQ(reply.kind, ReplyKind::kFailed);
  EXPECT_EQ(reply.failure, Outcome::kFailedUnreachable);
  EXPECT_THAT(reply.message, HasSubstr("timed out after 200ms"));
}

TEST(GeoapifyEndpointTest, AnAddressThatIsNotUtf8FailsAlone) {
  Fixture fixture(HttpAnswer(
      200, R"([{"query":{"text":"a"},"lat":1,"lon":1},{"query":{"text":"b"},"lat":2,"lon":2}])"));
  const Keys keys = {"a", "Z\xFCrich", "b"};
  const Reply reply = fixture.Ask(Submit(keys));
  EXPECT_EQ(fixture.seen().body, R"(["a","b"])");
  ASSERT_EQ(reply.items.size(), 3U);
  EXPECT_EQ(reply.items[0].value->lat, 1);
  EXPECT_EQ(reply.items[1].outcome, Outcome::kFailedStatus);
  EXPECT_THAT(reply.items[1].message, HasSubstr("not UTF-8"));
  EXPECT_EQ(reply.items[2].value->lat, 2);
  EXPECT_EQ(reply.mismatches, 0U);
}

TEST(GeoapifyEndpointTest, NothingIsSentForAddressesThatAreNotUtf8) {
  const auto endpoint = GeoapifyEndpoint::Create({.base_url = UrlOfNobody()}).value();
  const Keys keys = {"\xFF"};
  Replies<Reply> replies;
  endpoint->Send(Single(keys), replies.Done());
  const Reply reply = replies.Await(1).at(0);
  EXPECT_EQ(reply.kind, ReplyKind::kAnswered);
  EXPECT_EQ(reply.items.at(0).outcome, Outcome::kFailedStatus);
}

TEST(GeoapifyEndpointTest, DestructionGivesEveryRequestExactlyOneReply) {
  LoopbackServer server([](const Seen&) -> LoopbackServer::Answer { return {}; });
  const Keys keys = {"a"};
  Replies<Reply> replies;
  {
    const auto endpoint =
        GeoapifyEndpoint::Create(
            {.base_url = server.url(), .max_connections = 3, .attempt_timeout = 10min})
            .value();
    for (int i = 0; i < 7; ++i) {
      endpoint->Send(Single(keys), replies.Done());
    }
  }
  const std::vector<Reply> all = replies.Await(7);
  EXPECT_EQ(all.size(), 7U);
  for (const Reply& reply : all) {
    EXPECT_EQ(reply.kind, ReplyKind::kFailed);
    EXPECT_EQ(reply.failure, Outcome::kFailedUnreachable);
  }
}

TEST(GeoapifyEndpointTest, WrongOptionsAreOneSentence) {
  EXPECT_THAT(Problem({}), IsEmpty());
  EXPECT_THAT(Problem({.base_url = "api.geoapify.com"}), HasSubstr("found no scheme"));
  EXPECT_THAT(Problem({.base_url = "https://api.geoapify.com/v1"}), HasSubstr("found a path"));
  EXPECT_THAT(Problem({.max_connections = 0}), HasSubstr("max_connections: found 0"));
  EXPECT_THAT(Problem({.attempt_timeout = 999ns}), HasSubstr("attempt_timeout: found 999ns"));
  EXPECT_THAT(Problem({.attempt_timeout = 1us}), IsEmpty());
  EXPECT_THAT(Problem({.ca_file = "/no/such/file.pem"}), HasSubstr("ca_file: can't read"));
}

}  // namespace
}  // namespace batcher::geoapify
