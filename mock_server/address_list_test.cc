#include "mock_server/address_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string ProblemOf(std::string_view body) {
  const auto parsed = ParseAddresses(body);
  return parsed ? "" : parsed.error().message;
}

TEST(AddressListTest, TakesAnArrayOfStringsByteForByte) {
  EXPECT_THAT(*ParseAddresses(R"( ["Paris", "", "a\"b\u0000\u00e9", "Paris"] )"),
              ElementsAre("Paris", "", std::string("a\"b\0\xC3\xA9", 6), "Paris"));
  EXPECT_THAT(*ParseAddresses("[]"), ElementsAre());
}

TEST(AddressListTest, RefusesWhatIsNoJson) {
  for (const char* const body :
       {"", "[", "[\"a\"", "[\"a\",]", "[] []", "Paris", "\x01\x02", "{"}) {
    EXPECT_NE(ProblemOf(body), "") << body;
  }
  EXPECT_THAT(ProblemOf("[\"a\" \"b\"]"), HasSubstr("not valid JSON"));
  EXPECT_THAT(ProblemOf(std::string_view("[\"a\0\"]", 6)), HasSubstr("not valid JSON"));
}

TEST(AddressListTest, RefusesTextThatIsNotUtf8) {
  EXPECT_THAT(ProblemOf("[\"\xFF\"]"), HasSubstr("UTF-8"));
  EXPECT_THAT(ProblemOf("[\"\xC3\"]"), HasSubstr("UTF-8"));
  EXPECT_THAT(ProblemOf("[\"\\ud800\"]"), HasSubstr("UTF-8"));
}

TEST(AddressListTest, NamesTheItemThatIsNoString) {
  EXPECT_EQ(ProblemOf(R"(["a", 1])"), "\"inputs[1]\" must be a string, found a number");
  EXPECT_EQ(ProblemOf(R"([null])"), "\"inputs[0]\" must be a string, found null");
  EXPECT_EQ(ProblemOf(R"([["a"]])"), "\"inputs[0]\" must be a string, found an array");
  EXPECT_EQ(ProblemOf(R"([{"a": 1}])"), "\"inputs[0]\" must be a string, found an object");
  EXPECT_EQ(ProblemOf(R"([1.5])"), "\"inputs[0]\" must be a string, found a number");
  EXPECT_EQ(ProblemOf(R"([true])"), "\"inputs[0]\" must be a string, found a boolean");
}

TEST(AddressListTest, RefusesWhatIsNoArray) {
  EXPECT_EQ(ProblemOf(R"("a")"), "\"inputs\" must be an array of strings, found a string");
  EXPECT_EQ(ProblemOf(R"({"a": []})"), "\"inputs\" must be an array of strings, found an object");
}

TEST(AddressListTest, DeepNestingIsRefusedAtOnce) {
  EXPECT_EQ(ProblemOf(std::string(1'000'000, '[')),
            "\"inputs[0]\" must be a string, found an array");
}

}  // namespace
}  // namespace mock_server
