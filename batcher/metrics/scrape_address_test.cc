#include "batcher/metrics/scrape_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batcher {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(ScrapeAddressTest, IsAHostAndAPort) {
  for (const auto& [text, host, port] :
       {std::tuple("127.0.0.1:9464", "127.0.0.1", 9464), std::tuple("localhost:0", "localhost", 0),
        std::tuple("[::1]:65535", "::1", 65535), std::tuple("0.0.0.0:1", "0.0.0.0", 1)}) {
    const Result<ScrapeAddress> address = ParseScrapeAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->host, host);
    EXPECT_EQ(address->port, port);
  }
}

TEST(ScrapeAddressTest, AnythingElseIsRefusedInOneSentence) {
  for (const std::string text :
       {"", ":", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1",
        "127.0.0.1:65536", "127.0.0.1: 80", "127.0.0.1:80 ", "::1:80", "[]:80", "[127.0.0.1]:80",
        "http://127.0.0.1:80", "a b:80", "127.0.0.1:99999999999999999999"}) {
    const Result<ScrapeAddress> address = ParseScrapeAddress(text);
    ASSERT_FALSE(address) << text;
    EXPECT_THAT(address.error().message,
                AllOf(HasSubstr("\"" + text + "\""), HasSubstr("wanted HOST:PORT, such as")));
  }
}

TEST(ScrapeAddressTest, TheOriginIsWhatAScraperIsToldToUse) {
  EXPECT_EQ(OriginOf({.host = "127.0.0.1", .port = 9464}), "http://127.0.0.1:9464");
  EXPECT_EQ(OriginOf({.host = "::1", .port = 80}), "http://[::1]:80");
  EXPECT_EQ(OriginOf({.host = "0.0.0.0", .port = 80}), "http://127.0.0.1:80");
}

}  // namespace
}  // namespace batcher
