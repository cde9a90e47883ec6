#include "batcher/geoapify/base_url.h"

#include <gmock/gmock.h>

namespace batcher::geoapify {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ParseBaseUrlTest, TakesSchemeHostAndPort) {
  for (const std::string url :
       {"http://127.0.0.1:8080", "https://api.geoapify.com", "http://localhost:1",
        "http://localhost:65535", "http://[::1]:80", "https://[::1]", "http://mock_server"}) {
    const Result<std::string> parsed = ParseBaseUrl(url);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(*parsed, url);
  }
}

TEST(ParseBaseUrlTest, DropsAClosingSlash) {
  EXPECT_EQ(ParseBaseUrl("http://127.0.0.1:8080/").value(), "http://127.0.0.1:8080");
}

TEST(ParseBaseUrlTest, SaysWhatItFoundInstead) {
  const auto found = [](std::string_view text) { return ParseBaseUrl(text).error().message; };
  EXPECT_THAT(found(""), HasSubstr("found no scheme"));
  EXPECT_THAT(found("127.0.0.1:8080"), HasSubstr("found no scheme"));
  EXPECT_THAT(found("ftp://host"), HasSubstr("a scheme other than http and https"));
  EXPECT_THAT(found("HTTP://host"), HasSubstr("a scheme other than http and https"));
  EXPECT_THAT(found("http://"), HasSubstr("no host"));
  EXPECT_THAT(found("http:///"), HasSubstr("no host"));
  EXPECT_THAT(found("http://:80"), HasSubstr("no host"));
  EXPECT_THAT(found("http://[::1"), HasSubstr("no host"));
  EXPECT_THAT(found("http://[]:80"), HasSubstr("no host"));
  EXPECT_THAT(found("http://host/v1"), HasSubstr("a path"));
  EXPECT_THAT(found("http://host//"), HasSubstr("a path"));
  EXPECT_THAT(found("http://host?x"), HasSubstr("a query"));
  EXPECT_THAT(found("http://host/v1#x"), HasSubstr("a query"));
  EXPECT_THAT(found("http://host:"), HasSubstr("a port outside"));
  EXPECT_THAT(found("http://host:0"), HasSubstr("a port outside"));
  EXPECT_THAT(found("http://host:65536"), HasSubstr("a port outside"));
  EXPECT_THAT(found("http://host:80x"), HasSubstr("a port outside"));
  EXPECT_THAT(found("http://a host"), HasSubstr("no host name has"));
  EXPECT_THAT(found("http://user@host"), HasSubstr("no host name has"));
}

TEST(ParseBaseUrlTest, NeverQuotesTheKeyThatCameWithTheAddress) {
  const Result<std::string> parsed = ParseBaseUrl("https://api.geoapify.com/v1?apiKey=SECRET");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error().message, Not(HasSubstr("SECRET")));
}

}  // namespace
}  // namespace batcher::geoapify
