#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/routes.h"

// What a fault makes of the replies.

namespace mock_server {
namespace {

using batcher::At;
using batcher::Choice;
using Json = nlohmann::json;
using How = BrokenReply::How;
using std::chrono_literals::operator""s;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr const char* kSinglePath = "/v1/geocode/search";
constexpr const char* kBatchPath = "/v1/batch/geocode/search";
const std::vector<std::string> kAddresses = {"Paris", "Rome", "Oslo", "Bern"};

using Fields = std::vector<std::pair<std::string_view, double>>;

class RoutesFaultsTest : public testing::Test {
 protected:
  // Every request that the kind can hit meets it.
  void Restart(FaultKind kind, const Fields& fields = {}, BatchMode mode = BatchMode::kPending) {
    Choice choice(FaultKinds()[static_cast<std::size_t>(kind)]);
    for (const auto& [name, value] : fields) {
      choice.Set(name, value);
    }
    routes_ = std::make_unique<Routes>(
        RoutesOptions{.service = {.batch_mode = mode, .faults = {choice}}});
  }

  Reply Get(const std::string& path, const std::string& query) {
    return routes_->Answer({.method = "GET", .path = path, .target = path + "?apiKey=K&" + query},
                           now_ + 1s);
  }
  Reply Single() { return Get(kSinglePath, "format=json&text=Paris"); }
  Reply Submit() {
    const std::string body = Json(kAddresses).dump();
    const std::string target = std::string(kBatchPath) + "?apiKey=K";
    return routes_->Answer({.method = "POST", .path = kBatchPath, .target = target, .body = body},
                           now_);
  }
  // Of a batch that is done.
  Reply Poll(const std::string& more = "") {
    now_ += 2s;
    const std::string id = Json::parse(Submit().body)["id"];
    return Get(kBatchPath, "id=" + id + more);
  }

  static std::vector<std::string> TextsOf(const Reply& answer) {
    std::vector<std::string> texts;
    for (const Json& item : Json::parse(answer.body)) {
      texts.push_back(item["query"]["text"]);
    }
    return texts;
  }
  [[nodiscard]] std::uint64_t Done(FaultKind kind) {
    return routes_->faults().counts.at(static_cast<std::size_t>(kind));
  }

  Instant now_;
  std::unique_ptr<Routes> routes_;
};

TEST_F(RoutesFaultsTest, AStatusIsAnErrorInJsonOrAPage) {
  Restart(FaultKind::kStatus, {{"status", 401}});
  for (const Reply& reply : {Single(), Submit()}) {
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.body,
              R"({"statusCode":401,"error":"Unauthorized","message":"Invalid apiKey"})");
    EXPECT_FALSE(reply.ready);
  }
  Restart(FaultKind::kStatus, {{"status", 502}, {"html", 1}});
  const Reply page = Single();
  EXPECT_EQ(page.status, 502);
  EXPECT_EQ(page.content_type, "text/html");
  EXPECT_THAT(page.body, StartsWith("<html>"));
  EXPECT_THAT(page.body, HasSubstr("502 Bad Gateway"));
  Restart(FaultKind::kStatus, {{"status", 429}, {"retry_after", 1.5e9}});
  EXPECT_THAT(Single().headers, Contains(Pair("Retry-After", "2"))) << "never sooner than asked";
}

TEST_F(RoutesFaultsTest, WhatIsNoRequestOfTheServiceMeetsNoFault) {
  Restart(FaultKind::kReset);
  EXPECT_FALSE(Get(kSinglePath, "").broken) << "400: no text";
  EXPECT_FALSE(Get("/healthz", "").broken);
  EXPECT_FALSE(Get(kBatchPath, "id=unknown").broken);
  EXPECT_EQ(Done(FaultKind::kReset), 0U);
  EXPECT_TRUE(Single().broken);
}

TEST_F(RoutesFaultsTest, BrokenConnectionsAreLeftToWhoHasThem) {
  for (const auto& [kind, how] : {std::pair(FaultKind::kReset, How::kReset),
                                  {FaultKind::kClosed, How::kClosed},
                                  {FaultKind::kHang, How::kHangs},
                                  {FaultKind::kCut, How::kCut},
                                  {FaultKind::kDrip, How::kDrips}}) {
    Restart(kind);
    for (const Reply& reply : {Single(), Submit()}) {
      ASSERT_TRUE(reply.broken) << Name(kind);
      EXPECT_EQ(reply.broken->how, how) << Name(kind);
      EXPECT_EQ(reply.status == 0, how < How::kCut) << Name(kind);
    }
    EXPECT_EQ(Done(kind), 2U);
  }
  Restart(FaultKind::kDrip, {{"over", 3e9}});
  EXPECT_EQ(Single().broken->over, 3s);
}

TEST_F(RoutesFaultsTest, GarbageAndTruncatedAreNoJson) {
  for (const FaultKind kind : {FaultKind::kGarbage, FaultKind::kTruncated}) {
    Restart(kind);
    for (const Reply& reply : {Single(), Submit()}) {
      EXPECT_FALSE(Json::accept(reply.body)) << Name(kind);
      EXPECT_LT(reply.status, 300);
    }
    Restart(kind, {{"on", 0b100}});
    const Reply answer = Poll();
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(Json::accept(answer.body)) << Name(kind);
  }
}

TEST_F(RoutesFaultsTest, ItemsAreNotWhatWasAskedFor) {
  Restart(FaultKind::kMissingItem);
  EXPECT_EQ(TextsOf(Poll()).size(), 3U);
  Restart(FaultKind::kExtraItem);
  EXPECT_EQ(TextsOf(Poll()).size(), 5U);
  Restart(FaultKind::kDuplicateItem);
  const std::vector<std::string> twice = TextsOf(Poll());
  EXPECT_EQ(twice.size(), 5U);
  EXPECT_EQ(std::set<std::string>(twice.begin(), twice.end()).size(), 4U);
  Restart(FaultKind::kReorderedItems);
  const std::vector<std::string> reordered = TextsOf(Poll());
  EXPECT_THAT(reordered, UnorderedElementsAre("Paris", "Rome", "Oslo", "Bern"));
  Restart(FaultKind::kWrongText);
  const std::vector<std::string> wrong = TextsOf(Poll());
  ASSERT_EQ(wrong.size(), 4U);
  int differences = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    differences += wrong[i] != kAddresses[i] ? 1 : 0;
  }
  EXPECT_EQ(differences, 1);
  EXPECT_NE(Json::parse(Single().body)["query"]["text"], "Paris");
}

TEST_F(RoutesFaultsTest, ItemsAreWrongWhereverTheAnswerIsGiven) {
  Restart(FaultKind::kMissingItem, {}, BatchMode::kImmediate);
  EXPECT_EQ(TextsOf(Submit()).size(), 3U);
  Restart(FaultKind::kMissingItem);
  const std::string csv = Poll("&format=csv").body;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4) << "a header and three rows: " << csv;
}

TEST_F(RoutesFaultsTest, OrdersDifferFromOneAnswerToTheNext) {
  Restart(FaultKind::kReorderedItems);
  std::set<std::vector<std::string>> orders;
  for (int i = 0; i < 20; ++i) {
    orders.insert(TextsOf(Poll()));
  }
  EXPECT_GT(orders.size(), 5U);
}

TEST_F(RoutesFaultsTest, AJobIsLostOrNeverReadyOrWithoutAnId) {
  Restart(FaultKind::kLostJob);
  EXPECT_EQ(Poll().status, 404);
  Restart(FaultKind::kNeverReady);
  EXPECT_EQ(Poll().status, 202);
  Restart(FaultKind::kNoId);
  const Reply accepted = Submit();
  EXPECT_EQ(accepted.status, 202);
  EXPECT_FALSE(Json::parse(accepted.body).contains("id"));
}

}  // namespace
}  // namespace mock_server
