#include "scenarios/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace scenarios {
namespace {

std::string Problem(std::string_view text) {
  const auto json = ParseJson(text);
  return json ? "read" : json.error().message;
}

TEST(ParseJsonTest, ReadsJson) {
  EXPECT_EQ(ParseJson(R"({"a": [1, "b", null]})")->dump(), R"({"a":[1,"b",null]})");
}

TEST(ParseJsonTest, ASyntaxErrorHasLineAndColumn) {
  EXPECT_EQ(
      Problem("{\n  \"a\": 1,\n}"),
      "line 3, column 1: syntax error while parsing object key - unexpected '}'; expected string "
      "literal");
  EXPECT_EQ(
      Problem("{\"a\" 1}"),
      "line 1, column 6: syntax error while parsing object separator - unexpected number literal; "
      "expected ':'");
  EXPECT_EQ(Problem("").substr(0, 16), "line 1, column 1");
  EXPECT_EQ(Problem("[1] 2").substr(0, 16), "line 1, column 5");
  EXPECT_NE(Problem("[1e999]").find("number overflow"), std::string::npos);
}

TEST(ParseJsonTest, BytesThatAreNotTextAreRefusedInPrintableWords) {
  const std::string problem = Problem("[\"a\xFF\"]");
  EXPECT_EQ(problem.substr(0, 7), "line 1,");
  for (const char c : problem) {
    EXPECT_TRUE(c >= ' ' && c <= '~');
  }
  EXPECT_NE(Problem(std::string(1000, '\xFF')), "read");
  EXPECT_NE(Problem(std::string("[\0]", 3)), "read");
}

TEST(ParseJsonTest, AFieldGivenTwiceIsRefusedWithItsPath) {
  EXPECT_EQ(Problem(R"({"a": {"b": 1, "c": 2, "b": 3}})"), "a.b: given twice");
  EXPECT_EQ(Problem(R"({"a": [{"b": 1}, {"b": 2}]})"), "read");
}

TEST(ParseJsonTest, NestingIsBounded) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Problem(nested(64)), "read");
  EXPECT_EQ(Problem(nested(65)), "found objects or lists nested deeper than 64, wanted fewer");
  EXPECT_NE(Problem(std::string(8'000'000, '[')), "read");
}

}  // namespace
}  // namespace scenarios
