#include "batcher/geoapify/text.h"

#include <gtest/gtest.h>

namespace batcher::geoapify {
namespace {

std::string JsonString(std::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

TEST(IsUtf8Test, TakesTheFirstAndLastOfEachLength) {
  for (const std::string text :
       {"", "\x01", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "Z\xC3\xBCrich"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
  EXPECT_TRUE(IsUtf8(std::string_view("\0", 1)));
}

TEST(IsUtf8Test, RefusesWhatLiesJustOutside) {
  for (const std::string text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x7F", "\xC2\xC0", "\xE0\x9F\xBF",
        "\xED\xA0\x80", "\xE0\xA0", "\xE0\xA0\x7F", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFF", "Z\xFCrich", "Z\xC3"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(AppendJsonStringTest, EscapesWhatJsonReserves) {
  EXPECT_EQ(JsonString(""), R"("")");
  EXPECT_EQ(JsonString(R"(a "b" \c/)"), R"("a \"b\" \\c/")");
  EXPECT_EQ(JsonString("a\nb\x1F c"), R"("a\u000Ab\u001F c")");
  EXPECT_EQ(JsonString(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(JsonString("Z\xC3\xBCrich"), "\"Z\xC3\xBCrich\"");
}

TEST(PercentEncodedTest, LeavesTheUnreservedAlone) {
  EXPECT_EQ(PercentEncoded("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(PercentEncoded("a b&c=d%e+f/g?h#"), "a%20b%26c%3Dd%25e%2Bf%2Fg%3Fh%23");
  EXPECT_EQ(PercentEncoded("\xC3\xBC\r\n"), "%C3%BC%0D%0A");
}

TEST(OneLineTest, CutsBetweenCharacters) {
  EXPECT_EQ(OneLine("Z\xC3\xBCrich", 8), "Z\xC3\xBCrich");
  EXPECT_EQ(OneLine("Z\xC3\xBCrich", 3), "Z\xC3\xBC...");
  EXPECT_EQ(OneLine("Z\xC3\xBCrich", 2), "Z...");
  EXPECT_EQ(OneLine("Z\xC3\xBCrich", 0), "...");
}

TEST(OneLineTest, PutsSpacesForControlCharacters) {
  EXPECT_EQ(OneLine("a\r\nb\tc\x1B[1m\x7F", 100), "a  b c [1m ");
}

TEST(RedactedTest, HidesEachOccurrence) {
  EXPECT_EQ(Redacted("key=abc, abcabc", "abc"), "key=***, ******");
  EXPECT_EQ(Redacted("nothing here", "abc"), "nothing here");
  EXPECT_EQ(Redacted("text", ""), "text");
}

TEST(RedactedTest, KnowsTheSecretInEveryDisguise) {
  const std::string secret = "a+/\"9 z%";
  for (const std::string text :
       {R"(a+/"9 z%)", R"(A+/"9 Z%)", "a%2B%2F%229%20z%25", "a%2b%2f%229+z%25",
        "a%252B%252f%25229%2520z%2525", "%61%2B%2F%22%39%20%7A%25", R"(a\u002b\/\"9\u0020z\u0025)",
        R"(\u0061+/\u00229 z%)"}) {
    EXPECT_EQ(Redacted("<" + text + ">", secret), "<***>");
  }
  EXPECT_EQ(Redacted("a+/\"9 z", secret), "a+/\"9 z");
  EXPECT_EQ(Redacted("a%2", secret), "a%2");
  EXPECT_EQ(Redacted("%", "%"), "***");
}

TEST(RedactedTest, HidesASecretThatLooksLikeADisguise) {
  EXPECT_EQ(Redacted("<%25x>", "%25x"), "<***>");
  EXPECT_EQ(Redacted("<\\u0061>", "\\u0061"), "<***>");
}

// A service may answer with any text: at the square of its length this one would take hours.
TEST(RedactedTest, PassesMegabytesOfBackslashesInAMoment) {
  const std::string slashes(std::size_t{4} << 20U, '\\');
  EXPECT_EQ(Redacted(slashes, "abc"), slashes);
  EXPECT_EQ(Redacted("a" + slashes + "abc" + slashes + "x", "abc"), "a***" + slashes + "x");
  EXPECT_EQ(Redacted("x\\\\a", "\\A"), "x\\***");
}

TEST(RedactedTest, EndsForASecretMadeOfStars) { EXPECT_EQ(Redacted("a*b", "*"), "a***b"); }

}  // namespace
}  // namespace batcher::geoapify
