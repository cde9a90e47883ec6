#include "mock_server/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mock_server/json_text.h"

namespace mock_server {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kWallStreet = "11 Wall Street New York, NY";

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonTextTest, ValidTextComesBackByteForByte) {
  const std::string text = std::string("a\"b\\c\n\0\x1F /", 10) + "é€\U0001F600\x7F";
  EXPECT_EQ(Json::parse(Quoted(text)).get<std::string>(), text);
}

TEST(JsonTextTest, EachInvalidByteBecomesAReplacementCharacter) {
  EXPECT_EQ(ValidUtf8("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(ValidUtf8("\xC3"), "\uFFFD");                                // cut short
  EXPECT_EQ(ValidUtf8("\xC0\x80"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(ValidUtf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // beyond U+10FFFF
  EXPECT_EQ(ValidUtf8("\xF4\x8F\xBF\xBF"), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(ValidUtf8("\x80"), "\uFFFD");
}

TEST(JsonTextTest, AnyTwoBytesGiveValidJson) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(Json::accept(Quoted(text))) << first << ' ' << second;
    }
  }
}

TEST(JsonTextTest, NumbersAreShortAndWithoutExponent) {
  const auto number = [](double value) {
    std::string out;
    AppendNumber(out, value);
    return out;
  };
  EXPECT_EQ(number(38.8977), "38.8977");
  EXPECT_EQ(number(151.2140), "151.214");
  EXPECT_EQ(number(0.0000001), "0.0000001");
  EXPECT_EQ(number(-180), "-180");
}

TEST(WireTest, SingleJsonHoldsTheResultAndTheQuery) {
  const Json answer = Json::parse(SingleJson(kWallStreet));
  EXPECT_EQ(answer["query"]["text"], kWallStreet);
  ASSERT_EQ(answer["results"].size(), 1U);
  const Json& result = answer["results"][0];
  EXPECT_EQ(result["lat"], 40.7069);
  EXPECT_EQ(result["lon"], -74.0113);
  EXPECT_EQ(result["country_code"], "us");
  EXPECT_TRUE(result["bbox"].is_object());
  EXPECT_EQ(result["bbox"]["lon1"], -74.0118);
  EXPECT_FALSE(result.contains("name"));
}

TEST(WireTest, SingleGeojsonIsACollectionOfPoints) {
  const Json answer = Json::parse(SingleGeojson(kWallStreet));
  EXPECT_EQ(answer["type"], "FeatureCollection");
  EXPECT_EQ(answer["query"]["text"], kWallStreet);
  ASSERT_EQ(answer["features"].size(), 1U);
  const Json& feature = answer["features"][0];
  EXPECT_EQ(feature["type"], "Feature");
  EXPECT_EQ(feature["geometry"]["type"], "Point");
  EXPECT_EQ(feature["geometry"]["coordinates"], (Json{-74.0113, 40.7069}));
  EXPECT_EQ(feature["properties"]["lat"], 40.7069);
  EXPECT_EQ(feature["bbox"], (Json{-74.0118, 40.7064, -74.0108, 40.7074}));
}

TEST(WireTest, AMissIsAnEmptyList) {
  EXPECT_EQ(Json::parse(SingleJson("nowhere"))["results"], Json::array());
  EXPECT_EQ(Json::parse(SingleGeojson(""))["features"], Json::array());
}

TEST(WireTest, ABatchIsAFlatArrayInOrderWithMissesThatHoldOnlyTheirQuery) {
  const std::vector<std::string> addresses = {kWallStreet, "nowhere", "", kWallStreet};
  const Json answer = Json::parse(BatchJson(addresses));
  ASSERT_EQ(answer.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(answer[i]["query"]["text"], addresses[i]);
  }
  EXPECT_EQ(answer[0]["lat"], 40.7069);
  EXPECT_EQ(answer[1].size(), 1U);
  EXPECT_EQ(answer[2].size(), 1U);
  EXPECT_EQ(answer[3]["lon"], -74.0113);
  EXPECT_EQ(BatchJson({}), "[]");
}

TEST(WireTest, CsvHasAHeaderAndQuotesEveryCell) {
  const std::vector<std::string> addresses = {kWallStreet, "say \"nowhere\""};
  const std::string csv = BatchCsv(addresses);
  EXPECT_THAT(csv, StartsWith(R"("query.text","lat","lon","formatted")"));
  EXPECT_THAT(csv, HasSubstr(R"("rank.popularity")"));
  EXPECT_THAT(csv, HasSubstr("\n\"11 Wall Street New York, NY\",\"40.7069\",\"-74.0113\","));
  EXPECT_THAT(csv, HasSubstr("\n\"say \"\"nowhere\"\"\",\"\",\"\",\"\""));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  const auto cells = [](std::string_view line) {
    std::size_t count = 1;
    for (std::size_t at = line.find("\",\""); at != std::string_view::npos;
         at = line.find("\",\"", at + 2)) {
      ++count;
    }
    return count;
  };
  const std::size_t first_end = csv.find('\n');
  const std::size_t last_begin = csv.rfind('\n', csv.size() - 2) + 1;
  EXPECT_EQ(cells(csv.substr(0, first_end)), cells(csv.substr(last_begin)));
}

TEST(WireTest, AcceptedAndPendingBatchesNameTheirId) {
  EXPECT_EQ(AcceptedJson("abc", "http://h/x?id=abc"),
            R"({"id":"abc","status":"pending","url":"http://h/x?id=abc"})");
  EXPECT_EQ(PendingJson("abc"), R"({"id":"abc","status":"pending"})");
}

TEST(WireTest, ErrorsNameStatusReasonAndMessage) {
  EXPECT_EQ(ErrorJson(401, "Invalid apiKey"),
            R"({"statusCode":401,"error":"Unauthorized","message":"Invalid apiKey"})");
  EXPECT_EQ(ErrorJson(418, "x"), R"({"statusCode":418,"error":"Error","message":"x"})");
}

}  // namespace
}  // namespace mock_server
