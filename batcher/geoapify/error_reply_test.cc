#include "batcher/geoapify/error_reply.h"

#include <gmock/gmock.h>

#include <chrono>

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

void ExpectQuota(const Decoded& decoded) {
  EXPECT_EQ(decoded.kind, ReplyKind::kRefused) << decoded.message;
  EXPECT_EQ(decoded.failure, Outcome::kFailedQuota) << decoded.message;
  EXPECT_THAT(decoded.message, HasSubstr("the quota of the key is used up"));
}

void ExpectRate(const Decoded& decoded) {
  EXPECT_EQ(decoded.kind, ReplyKind::kFailed) << decoded.message;
  EXPECT_EQ(decoded.failure, Outcome::kFailedStatus) << decoded.message;
  EXPECT_THAT(decoded.message, HasSubstr("rate limit, to be tried again"));
}

TEST(ErrorStatusTest, WhatMayPassFailsAndTheRestIsRefused) {
  for (const int status : {408, 425, 429, 500, 502, 503, 599}) {
    const Decoded decoded = DecodeErrorStatus(status, "", {});
    EXPECT_EQ(decoded.kind, ReplyKind::kFailed) << status;
    EXPECT_EQ(decoded.failure, Outcome::kFailedStatus) << status;
  }
  for (const int status : {300, 304, 400, 401, 403, 404, 407, 409, 413, 424, 426, 428, 430, 499}) {
    const Decoded decoded = DecodeErrorStatus(status, "", {});
    EXPECT_EQ(decoded.kind, ReplyKind::kRefused) << status;
    EXPECT_EQ(decoded.failure, Outcome::kFailedStatus) << status;
    EXPECT_EQ(decoded.message, "answered " + std::to_string(status));
  }
}

TEST(ErrorStatusTest, ARedirectIsRefusedAndItsWordsAreNotShown) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const Decoded decoded = DecodeErrorStatus(status, "Moved to /?apiKey=K", {});
    EXPECT_EQ(decoded.kind, ReplyKind::kRefused) << status;
    EXPECT_EQ(decoded.failure, Outcome::kFailedStatus) << status;
    EXPECT_EQ(decoded.message,
              "answered " + std::to_string(status) + " with a redirect, which is not followed");
  }
}

TEST(ErrorStatusTest, A429SaysWhichLimitItIsAbout) {
  EXPECT_EQ(DecodeErrorStatus(429, "Daily limit reached", {}).message,
            "answered 429 (the quota of the key is used up): Daily limit reached");
  EXPECT_EQ(DecodeErrorStatus(429, "Too many requests", {}).message,
            "answered 429 (rate limit, to be tried again): Too many requests");
  EXPECT_EQ(DecodeErrorStatus(429, "", {}).message,
            "answered 429 (rate limit, to be tried again; assumed, since its body does not say)");
  EXPECT_EQ(DecodeErrorStatus(429, "Sorry", 2h).message,
            "answered 429 (the quota of the key is used up, assumed, since it asks to wait for "
            "2h): Sorry");
}

TEST(ErrorStatusTest, WordsOfAQuotaMeanTheQuota) {
  for (const std::string words :
       {"Daily limit reached", "Quota exceeded", "You have run out of CREDITS", "Too many per day",
        "Limit reached for the day", "Too many requests this month"}) {
    ExpectQuota(DecodeErrorStatus(429, words, {}));
    ExpectQuota(DecodeErrorStatus(429, words, 1s));
  }
  EXPECT_EQ(DecodeErrorStatus(400, "no quota given", {}).failure, Outcome::kFailedStatus);
}

TEST(ErrorStatusTest, WordsOfARateMeanTheRate) {
  for (const std::string words : {"Rate limit", "Too Many Requests", "5 requests per second",
                                  "60 per minute", "Throttled", ""}) {
    ExpectRate(DecodeErrorStatus(429, words, {}));
  }
}

TEST(ErrorStatusTest, AWaitOfMoreThanAnHourMeansTheQuota) {
  for (const std::string words : {"", "Too many requests", "Sorry"}) {
    ExpectRate(DecodeErrorStatus(429, words, 1h));
    ExpectQuota(DecodeErrorStatus(429, words, 1h + 1s));
  }
  EXPECT_EQ(DecodeErrorStatus(503, "", 2h).kind, ReplyKind::kFailed);
}

}  // namespace
}  // namespace batcher::geoapify
