#include "mock_server/query.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_server/single_query.h"

namespace mock_server {
namespace {

TEST(QueryTest, DecodesNamesAndValues) {
  const Query query("/path?apiKey=K%2B1&text=Tour+Eiffel%2C%20Paris&empty=&bare");
  EXPECT_EQ(query.Find("apiKey"), "K+1");
  EXPECT_EQ(query.Find("text"), "Tour Eiffel, Paris");
  EXPECT_EQ(query.Find("empty"), "");
  EXPECT_EQ(query.Find("bare"), "");
  EXPECT_EQ(query.Find("other"), std::nullopt);
}

TEST(QueryTest, SkipsEmptyPairsAndKeepsTheFirstOfEqualNames) {
  const Query query("/path?&&apiKey=first&apiKey=second&");
  EXPECT_EQ(query.Find("apiKey"), "first");
}

TEST(QueryTest, KeepsWhatFollowsAFurtherEqualsSignOrQuestionMark) {
  const Query query("/path?text=a=b?c&x=1");
  EXPECT_EQ(query.Find("text"), "a=b?c");
  EXPECT_EQ(query.Find("x"), "1");
}

TEST(QueryTest, ABadEscapeStandsForItself) {
  EXPECT_EQ(Query("?t=100%").Find("t"), "100%");
  EXPECT_EQ(Query("?t=%4").Find("t"), "%4");
  EXPECT_EQ(Query("?t=%zz%u0041%-1").Find("t"), "%zz%u0041%-1");
  EXPECT_EQ(Query("?t=%ff%00").Find("t"), std::string("\xFF\x00", 2));
}

TEST(QueryTest, EncodingIsUndoneByDecoding) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
  }
  EXPECT_EQ(Query("?t=" + UrlEncoded(all)).Find("t"), all);
  EXPECT_EQ(UrlEncoded("a-Z_0.~ &"), "a-Z_0.~%20%26");
}

TEST(SingleQueryTest, TakesTheTextOrJoinsTheParts) {
  EXPECT_EQ(ParseSingleQuery(Query("?text=Paris"))->address, "Paris");
  EXPECT_EQ(ParseSingleQuery(Query("?text="))->address, "");
  EXPECT_EQ(ParseSingleQuery(Query("?country=France&street=Rue+X&housenumber=5"))->address,
            "5, Rue X, France");
  EXPECT_EQ(ParseSingleQuery(Query("?text=Paris&lang=de&type=city&filter=a&bias=b"))->address,
            "Paris");
  EXPECT_FALSE(ParseSingleQuery(Query("?")));
}

TEST(SingleQueryTest, GeojsonIsTheDefaultFormat) {
  EXPECT_TRUE(ParseSingleQuery(Query("?text=Paris"))->geojson);
  EXPECT_TRUE(ParseSingleQuery(Query("?text=Paris&format=geojson"))->geojson);
  EXPECT_FALSE(ParseSingleQuery(Query("?text=Paris&format=json"))->geojson);
  EXPECT_FALSE(ParseSingleQuery(Query("?text=Paris&format=xml")));
  EXPECT_FALSE(ParseSingleQuery(Query("?text=Paris&format=yaml")));
}

TEST(SingleQueryTest, LimitIsAPositiveNumber) {
  EXPECT_TRUE(ParseSingleQuery(Query("?text=Paris&limit=1")));
  EXPECT_TRUE(ParseSingleQuery(Query("?text=Paris&limit=20")));
  for (const char* const limit : {"0", "-1", "", "1.5", "x"}) {
    EXPECT_FALSE(ParseSingleQuery(Query(std::string("?text=Paris&limit=") + limit))) << limit;
  }
}

}  // namespace
}  // namespace mock_server
