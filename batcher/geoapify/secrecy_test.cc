// Goal: no reply of an endpoint holds the API key, whatever goes wrong and however the service
// quotes the key. Method: every kind of request meets every kind of failure, with the key in every
// form.

#include <gmock/gmock.h>

#include "batcher/geoapify/endpoint.h"
#include "batcher/geoapify/loopback_server.h"
#include "batcher/geoapify/replies.h"
#include "batcher/geoapify/text.h"

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

using Seen = LoopbackServer::Seen;
using Answer = LoopbackServer::Answer;
using Reply = EndpointReply<Place>;

// Longer than any that is taken for a made-up one, with letters that can change their case and
// characters that are escaped.
constexpr const char* kKey = "sEcReT+/0123456789aBcDeF";

// The key as a service may quote it in a JSON string or in plain text.
const std::vector<std::string>& Forms() {
  static const std::vector<std::string> forms = {
      kKey,
      "SECRET+/0123456789ABCDEF",
      "secret+/0123456789abcdef",
      PercentEncoded(kKey),
      "sEcReT%2b%2f0123456789aBcDeF",
      PercentEncoded(PercentEncoded(kKey)),
      R"(sEcReT+\/0123456789aBcDeF)",
      R"(sEcReT\u002b\u002F0123456789aBcDeF)",
      R"(sEcReT\\u002b\\\/0123456789aBcDeF)",  // escaped twice
  };
  return forms;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

// All the text in a reply.
std::string TextOf(const Reply& reply) {
  std::string text = reply.message + "\n" + reply.job;
  for (const ItemResult<Place>& item : reply.items) {
    text += "\n" + item.message + (item.value ? "\n" + item.value->formatted : "");
  }
  return text;
}

// Every form of the key begins alike, so that a part of it is found too.
void ExpectNoKey(const Reply& reply) {
  EXPECT_EQ(Lower(TextOf(reply)).find("secret"), std::string::npos) << TextOf(reply);
  EXPECT_EQ(TextOf(reply).find("0123456789"), std::string::npos) << TextOf(reply);
}

// The replies to one request of each kind, from a server that answers all of them alike.
std::vector<Reply> AskAll(const Answer& answer) {
  const LoopbackServer server([&](const Seen&) { return answer; });
  const auto endpoint =
      GeoapifyEndpoint::Create(
          {.base_url = server.url(), .api_key = kKey, .max_connections = 3, .attempt_timeout = 1s})
          .value();
  const std::vector<std::string> keys = {"a"};
  Replies<Reply> replies;
  for (const RequestKind kind : {RequestKind::kSingle, RequestKind::kSubmit, RequestKind::kPoll}) {
    endpoint->Send({.kind = kind, .keys = keys, .job = "00ff"}, replies.Done());
  }
  std::vector<Reply> all = replies.Await(3);
  EXPECT_EQ(all.size(), 3U);
  return all;
}

// Asks for each form of the key in place of the K of `body`. The replies that say anything.
std::size_t CountTelling(int status, const std::string& body, const std::string& headers = "") {
  std::size_t telling = 0;
  for (const std::string& form : Forms()) {
    std::string quoted = body;
    const std::size_t at = quoted.find('K');
    EXPECT_NE(at, std::string::npos);
    quoted.replace(at, 1, form);
    for (const Reply& reply : AskAll({.bytes = HttpAnswer(status, quoted, headers)})) {
      ExpectNoKey(reply);
      telling += reply.message.empty() ? 0U : 1U;
    }
  }
  return telling;
}

TEST(SecrecyTest, NoErrorStatusTellsTheKey) {
  const std::size_t all = 3 * Forms().size();
  for (const int status : {204, 301, 302, 304, 307, 400, 401, 403, 404, 408, 429, 500, 502, 503}) {
    EXPECT_EQ(CountTelling(status, R"({"message":"?apiKey=K&x"})"), all) << status;
  }
  EXPECT_EQ(CountTelling(500, R"({"error":"K"})"), all);
  EXPECT_EQ(CountTelling(500, R"({"error":{"message":"K"}})"), all);
  EXPECT_EQ(CountTelling(500, "no such key: K"), all);
  EXPECT_EQ(CountTelling(502, "<html>K</html>", "Content-Type: text/html\r\n"), all);
  EXPECT_EQ(CountTelling(429, R"({"message":"daily quota of K"})"), all);
}

TEST(SecrecyTest, NoSuccessThatIsNoneTellsTheKey) {
  const std::size_t all = 3 * Forms().size();
  for (const std::string body :
       {R"({"error":"bad key K"})", R"({"statusCode":401,"message":"bad key K"})", "K",
        R"({"other":"K"})", R"({"message":"cut: K)"}) {
    EXPECT_EQ(CountTelling(200, body), all) << body;
  }
}

TEST(SecrecyTest, AnAcceptedJobsAddressIsNeitherKeptNorFollowed) {
  const LoopbackServer elsewhere([](const Seen&) -> Answer { return {}; });
  const std::string body = R"({"id":"00ff","status":"pending","url":")" + elsewhere.url() +
                           R"(/v1/batch/geocode/search?id=00ff&apiKey=K"})";
  CountTelling(202, body);
  EXPECT_EQ(elsewhere.accepted(), 0U);
}

TEST(SecrecyTest, ARedirectIsNeitherFollowedNorShown) {
  const LoopbackServer elsewhere([](const Seen&) -> Answer { return {}; });
  for (const std::string& form : Forms()) {
    const std::string location = "Location: " + elsewhere.url() + "/?apiKey=" + form + "\r\n";
    for (const Reply& reply : AskAll({.bytes = HttpAnswer(302, "", location)})) {
      ExpectNoKey(reply);
      EXPECT_EQ(reply.kind, ReplyKind::kRefused);
      EXPECT_EQ(reply.failure, Outcome::kFailedStatus);
      EXPECT_THAT(reply.message, HasSubstr("answered 302 with a redirect, which is not followed"));
      EXPECT_EQ(reply.message.find(elsewhere.url()), std::string::npos);
    }
  }
  EXPECT_EQ(elsewhere.accepted(), 0U);
}

TEST(SecrecyTest, AJobNamedAfterTheKeyIsABadReply) {
  for (const std::string& form : Forms()) {
    const std::vector<Reply> all =
        AskAll({.bytes = HttpAnswer(202, R"({"id":"x-)" + form + R"(","status":"pending"})")});
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Reply& reply) {
      return reply.failure == Outcome::kFailedBadReply &&
             reply.message.find("whose \"id\" holds the API key") != std::string::npos;
    }));
    for (const Reply& reply : all) {
      ExpectNoKey(reply);
    }
  }
}

TEST(SecrecyTest, AnAddressThatQuotesTheKeyIsHandedOnWithoutIt) {
  for (const std::string& form : Forms()) {
    const std::string entry =
        R"({"query":{"text":"a"},"lat":1,"lon":2,"formatted":"x )" + form + R"("})";
    for (const std::string& body : {"[" + entry + "]", R"({"results":[)" + entry + "]}"}) {
      for (const Reply& reply : AskAll({.bytes = HttpAnswer(200, body)})) {
        ExpectNoKey(reply);
        if (reply.kind == ReplyKind::kAnswered) {
          EXPECT_EQ(reply.items.at(0).value->formatted, "x ***");
        }
      }
    }
  }
}

TEST(SecrecyTest, NoBrokenExchangeTellsTheKey) {
  const std::string whole = HttpAnswer(200, std::string("[\"") + kKey + "\"]");
  const std::vector<Answer> answers = {
      {.bytes = "", .close = true},
      {.bytes = whole.substr(0, whole.size() - 1), .close = true},
      {.bytes = std::string("HTTP/1.1 abc ") + kKey + "\r\n\r\n", .close = true},
      {.bytes = std::string(kKey) + "\r\n\r\n", .close = true},
      {.bytes = std::string("HTTP/1.1 200 OK\r\nContent-Length: ") + kKey + "\r\n\r\n[]",
       .close = true},
      {.bytes = std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") + kKey,
       .close = true},
      {.bytes = ""}};
  for (const Answer& answer : answers) {
    for (const Reply& reply : AskAll(answer)) {
      ExpectNoKey(reply);
      EXPECT_NE(reply.message, "") << answer.bytes;
    }
  }
}

TEST(SecrecyTest, NoUnreachableServiceTellsTheKey) {
  const std::string url = UrlOfNobody();
  const auto endpoint = GeoapifyEndpoint::Create({.base_url = url, .api_key = kKey}).value();
  const std::vector<std::string> keys = {"a"};
  Replies<Reply> replies;
  endpoint->Send({.kind = RequestKind::kSingle, .keys = keys, .job = {}}, replies.Done());
  endpoint->RequestStop();
  endpoint->Send({.kind = RequestKind::kSingle, .keys = keys, .job = {}}, replies.Done());
  for (const Reply& reply : replies.Await(2)) {
    ExpectNoKey(reply);
    EXPECT_THAT(reply.message, StartsWith("no answer from " + url));
  }
}

TEST(SecrecyTest, AShortKeyLeavesAddressesAlone) {
  const LoopbackServer server([](const Seen&) -> Answer {
    return {.bytes = HttpAnswer(200, R"({"results":[{"lat":1,"lon":2,"formatted":"Key West"}]})")};
  });
  const auto endpoint =
      GeoapifyEndpoint::Create({.base_url = server.url(), .api_key = "key"}).value();
  const std::vector<std::string> keys = {"a"};
  Replies<Reply> replies;
  endpoint->Send({.kind = RequestKind::kSingle, .keys = keys, .job = {}}, replies.Done());
  EXPECT_EQ(replies.Await(1).at(0).items.at(0).value->formatted, "Key West");
}

}  // namespace
}  // namespace batcher::geoapify
