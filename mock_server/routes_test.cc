#include "mock_server/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace mock_server {
namespace {

using batcher::At;
using Json = nlohmann::json;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""us;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kBatch = "/v1/batch/geocode/search";

class RoutesTest : public testing::Test {
 protected:
  void Restart(RoutesOptions options) {
    options.public_url = "http://mock";
    routes_ = std::make_unique<Routes>(options);
  }

  Reply Get(const std::string& path, const std::string& query, Instant now = At(0ms)) {
    return routes_->Answer({.method = "GET", .path = path, .target = path + "?" + query}, now);
  }
  Reply Single(const std::string& query, Instant now = At(0ms)) {
    return Get("/v1/geocode/search", "apiKey=K&" + query, now);
  }
  Reply Submit(const std::string& body, Instant now = At(0ms)) {
    const std::string target = std::string(kBatch) + "?&apiKey=K";
    return routes_->Answer({.method = "POST", .path = kBatch, .target = target, .body = body}, now);
  }
  Reply Poll(const std::string& id, Instant now, const std::string& more = "") {
    return Get(kBatch, "apiKey=K&id=" + id + more, now);
  }

  static std::string IdOf(const Reply& accepted) { return Json::parse(accepted.body)["id"]; }
  static std::string MessageOf(const Reply& error) { return Json::parse(error.body)["message"]; }

  static std::string ListOf(std::size_t items) {
    return Json(std::vector<std::string>(items, "Paris")).dump();
  }

  std::unique_ptr<Routes> routes_ =
      std::make_unique<Routes>(RoutesOptions{.public_url = "http://mock"});
};

TEST_F(RoutesTest, ASingleCallIsAnsweredWhenTheModelSays) {
  const Reply reply = Single("text=Paris&format=json", At(10ms));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.ready, At(70ms));
  EXPECT_TRUE(Json::parse(reply.body).contains("results"));
  EXPECT_TRUE(Json::parse(Single("text=Paris").body).contains("features"));
  EXPECT_EQ(Single("").status, 400);
}

TEST_F(RoutesTest, ABatchIsAcceptedThenPendingThenDone) {
  const Reply accepted = Submit(R"(["Paris","nowhere"])");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_FALSE(accepted.ready);
  const std::string id = IdOf(accepted);
  EXPECT_EQ(Json::parse(accepted.body)["url"],
            "http://mock/v1/batch/geocode/search?id=" + id + "&apiKey=K");

  const Reply pending = Poll(id, At(81ms - 1ns));
  EXPECT_EQ(pending.status, 202);
  EXPECT_EQ(pending.body, R"({"id":")" + id + R"(","status":"pending"})");

  for (const auto now : {At(81ms), At(500ms), At(500ms)}) {
    const Reply done = Poll(id, now);
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(done.ready, At(81ms));
    EXPECT_EQ(Json::parse(done.body).size(), 2U);
  }
  const Reply csv = Poll(id, At(500ms), "&format=csv");
  EXPECT_EQ(csv.content_type, "text/csv");
  EXPECT_THAT(csv.body, testing::StartsWith("\"query.text\""));
  EXPECT_EQ(Poll(id, At(500ms), "&format=xml").status, 400);
}

TEST_F(RoutesTest, AnImmediateBatchIsAnsweredAtOnceWithItsArray) {
  Restart({.service = {.batch_mode = BatchMode::kImmediate}});
  const Reply reply = Submit(R"(["Paris"])");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.ready, At(80ms + 500us));
  EXPECT_EQ(Json::parse(reply.body)[0]["query"]["text"], "Paris");
}

TEST_F(RoutesTest, AThousandItemsAreTheLimit) {
  EXPECT_EQ(Submit(ListOf(1000)).status, 202);
  const Reply refused = Submit(ListOf(1001));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(MessageOf(refused), "\"inputs\" must contain less than or equal to 1000 items");
}

TEST_F(RoutesTest, BadBodiesAreRefused) {
  for (const char* const body : {"", "no json", "{}", "[1]", "[\"\xFF\"]", "\"a\""}) {
    EXPECT_EQ(Submit(body).status, 400) << body;
  }
}

TEST_F(RoutesTest, TheEmptyBatchIsAnsweredAsTheOptionsSay) {
  EXPECT_EQ(Submit("[]").status, 400);
  Restart({.service = {.empty_batch_status = 422}});
  EXPECT_EQ(Submit("[]").status, 422);
  Restart({.service = {.empty_batch_status = 200}});
  EXPECT_EQ(Submit("[]").body, "[]");
  Restart({.service = {.empty_batch_status = 202}});
  EXPECT_EQ(Poll(IdOf(Submit("[]")), At(0ms)).body, "[]");
}

TEST_F(RoutesTest, AnUnknownIdIsAnsweredAsTheOptionsSay) {
  EXPECT_EQ(Poll("feedbeef", At(0ms)).status, 404);
  EXPECT_EQ(Get(kBatch, "apiKey=K").status, 400);
  Restart({.service = {.unknown_id_status = 410}});
  EXPECT_EQ(Poll("feedbeef", At(0ms)).status, 410);
}

TEST_F(RoutesTest, AKeyIsNeeded) {
  EXPECT_EQ(Get("/v1/geocode/search", "text=Paris").status, 401);
  EXPECT_EQ(Get("/v1/geocode/search", "text=Paris&apiKey=").status, 401);
  Restart({.api_key = "secret"});
  EXPECT_EQ(Get("/v1/geocode/search", "text=Paris&apiKey=secret").status, 200);
  const Reply refused = Get("/v1/geocode/search", "text=Paris&apiKey=other");
  EXPECT_EQ(refused.body,
            R"({"statusCode":401,"error":"Unauthorized","message":"Invalid apiKey"})");
}

TEST_F(RoutesTest, OverTheRateLimitARequestIsToldWhenToComeBack) {
  Restart({.service = {.rate_limit = RateLimit{.burst = 2, .retry_after = 1500ms}}});
  EXPECT_EQ(Single("text=Paris").status, 200);
  EXPECT_EQ(Poll("feedbeef", At(0ms)).status, 404);
  const Reply refused = Submit(R"(["Paris"])");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.headers, ElementsAre(Pair("Retry-After", "2")));
  EXPECT_EQ(Json::parse(refused.body)["error"], "Too Many Requests");
  EXPECT_EQ(Poll("feedbeef", At(0ms)).status, 429);
}

TEST_F(RoutesTest, OverTheQuotaARequestIsToldOfItAndNotToComeBack) {
  Restart({.service = {.quota = 2}});
  EXPECT_EQ(Single("text=Paris").status, 200);
  const std::string id = IdOf(Submit(R"(["Paris"])"));
  const Reply refused = Single("text=Paris");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.headers, testing::IsEmpty());
  EXPECT_EQ(refused.body, R"({"statusCode":429,"error":"Too Many Requests",)"
                          R"("message":"The daily quota of credits is used up"})");
  EXPECT_EQ(Submit(R"(["Paris","Rome"])").status, 429);
  EXPECT_EQ(Submit(R"(["Paris"])").status, 202) << "half a credit was left";
  EXPECT_EQ(Poll(id, At(500ms)).status, 200);
}

TEST_F(RoutesTest, UnknownPathsAndMethodsAreTold) {
  EXPECT_EQ(Get("/v2", "apiKey=K").status, 404);
  const Reply refused =
      routes_->Answer({.method = "PUT", .path = kBatch, .target = kBatch}, At(0ms));
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.headers, ElementsAre(Pair("Allow", "GET, POST")));
  EXPECT_EQ(routes_->Answer({.method = "HEAD", .path = "/healthz"}, At(0ms)).status, 405);
  EXPECT_EQ(Get("/healthz", "").body, "ok");
}

TEST_F(RoutesTest, TheOrdinalNamesTheDrawElseTheTextAndHowOftenItCame) {
  Choice law(LatencyKinds().at(2));
  law.Set("mean", 60e6);
  const RoutesOptions options{.service = {.single = law, .workers = std::nullopt}};
  const auto ask = [&](std::optional<std::uint64_t> ordinal, const char* text) {
    const std::string target = std::string("?apiKey=K&text=") + text;
    return routes_
        ->Answer(
            {.method = "GET", .path = "/v1/geocode/search", .target = target, .ordinal = ordinal},
            At(0ms))
        .ready;
  };
  Restart(options);
  EXPECT_EQ(ask(7, "Paris"), ask(7, "London"));
  EXPECT_NE(ask(7, "Paris"), ask(8, "Paris"));
  const auto first = ask(std::nullopt, "Paris");
  const auto second = ask(std::nullopt, "Paris");
  EXPECT_NE(first, second);
  EXPECT_NE(ask(std::nullopt, "London"), first);
  Restart(options);
  EXPECT_EQ(ask(std::nullopt, "Paris"), first);
  EXPECT_EQ(ask(std::nullopt, "Paris"), second);
}

TEST_F(RoutesTest, RequestsThatOvertakeEachOtherCountAsSimultaneous) {
  EXPECT_EQ(Single("text=Paris", At(10ms)).ready, At(70ms));
  EXPECT_EQ(Single("text=Paris", At(9ms)).ready, At(70ms));
}

}  // namespace
}  // namespace mock_server
