#include "batcher/geoapify/retry_after.h"

#include <gtest/gtest.h>

#include <chrono>

namespace batcher::geoapify {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST(RetryAfterTest, MayBeInSeconds) {
  EXPECT_EQ(ParseRetryAfter("0", ""), 0s);
  EXPECT_EQ(ParseRetryAfter("7", "whatever"), 7s);
  EXPECT_EQ(ParseRetryAfter("999999999", ""), 999'999'999s);
}

TEST(RetryAfterTest, MayBeADateThatIsComparedWithTheRepliesOwn) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT", kDate), 0s);
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:38 GMT", kDate), 1s);
  EXPECT_EQ(ParseRetryAfter("Mon, 07 Nov 1994 08:49:37 GMT", kDate), 24h);
  EXPECT_EQ(ParseRetryAfter("Sun, 01 Jan 1995 00:00:00 GMT", "Sat, 31 Dec 1994 23:59:00 GMT"),
            1min);
  EXPECT_EQ(ParseRetryAfter("Tue, 01 Mar 2016 00:00:00 GMT", "Sun, 28 Feb 2016 00:00:00 GMT"), 48h);
}

TEST(RetryAfterTest, APastDateAsksForNoWaitAndAFarOneForThirtyOneYears) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:36 GMT", kDate), 0s);
  EXPECT_EQ(ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", kDate), 999'999'999s);
}

TEST(RetryAfterTest, AnythingElseAsksForNothing) {
  for (const std::string text :
       {"", "-1", "+1", "1.5", "7 s", "0x7", "1000000000", "99999999999999999999999", "soon",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT+1", "06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(ParseRetryAfter(text, kDate), std::nullopt) << text;
  }
  EXPECT_EQ(ParseRetryAfter(kDate, ""), std::nullopt);
  EXPECT_EQ(ParseRetryAfter(kDate, "today"), std::nullopt);
}

}  // namespace
}  // namespace batcher::geoapify
