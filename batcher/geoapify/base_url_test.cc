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

TEST(ParseBaseUrlTest, HostNamesKnowNoCase) {
  EXPECT_EQ(ParseBaseUrl("https://API.Geoapify.com:443").value(), "https://api.geoapify.com:443");
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

TEST(SplitBaseUrlTest, GivesSchemeHostAndPort) {
  const Origin named = SplitBaseUrl("https://api.geoapify.com");
  EXPECT_TRUE(named.tls);
  EXPECT_EQ(named.host, "api.geoapify.com");
  EXPECT_EQ(named.port, 443);
  const Origin plain = SplitBaseUrl("http://127.0.0.1:8080");
  EXPECT_FALSE(plain.tls);
  EXPECT_EQ(plain.host, "127.0.0.1");
  EXPECT_EQ(plain.port, 8080);
  const Origin v6 = SplitBaseUrl("https://[fe80::1]:65535");
  EXPECT_EQ(v6.host, "fe80::1");
  EXPECT_EQ(v6.port, 65535);
  EXPECT_EQ(SplitBaseUrl("http://[::1]").host, "::1");
  EXPECT_EQ(SplitBaseUrl("http://[::1]").port, 80);
}

TEST(SendsInClearTest, HttpLeavesTheMachineUnlessItsHostIsLoopback) {
  for (const std::string url :
       {"http://api.geoapify.com", "http://10.0.0.1:8080", "http://126.255.255.255",
        "http://128.0.0.1", "http://0.0.0.0", "http://[::2]", "http://[::]",
        "http://[::ffff:8.8.8.8]", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://notlocalhost", "http://local", "http://127.1"}) {
    EXPECT_TRUE(SendsInClear(ParseBaseUrl(url).value())) << url;
  }
  for (const std::string url :
       {"http://127.0.0.1:8080", "http://127.255.255.255", "http://localhost", "http://LocalHost:1",
        "http://[::1]:80", "http://[0:0:0:0:0:0:0:1]", "http://[::ffff:127.0.0.1]"}) {
    EXPECT_FALSE(SendsInClear(ParseBaseUrl(url).value())) << url;
  }
}

TEST(SendsInClearTest, HttpsNeverDoes) {
  EXPECT_FALSE(SendsInClear("https://api.geoapify.com"));
  EXPECT_FALSE(SendsInClear("https://10.0.0.1:8443"));
}

}  // namespace
}  // namespace batcher::geoapify
