#include "mock_server/request_head.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace mock_server {
namespace {

constexpr std::string_view kGet = "GET /healthz HTTP/1.1\r\nHost: x\r\n";

// What comes of a head whose bytes come in pieces of `size`.
HeadReader ReadInPieces(std::string_view bytes, std::size_t size, const HeadLimits& limits = {}) {
  HeadReader reader(limits);
  while (!bytes.empty() && !reader.is_done()) {
    const std::string_view piece = bytes.substr(0, size);
    bytes.remove_prefix(reader.Take(piece));
  }
  return reader;
}

HeadReader Read(std::string_view bytes, const HeadLimits& limits = {}) {
  return ReadInPieces(bytes, bytes.size(), limits);
}

// The status that a head with these headers is refused with; 0 if it is not.
int StatusOf(const std::string& headers, const HeadLimits& limits = {}) {
  const HeadReader reader = Read(std::string(kGet) + headers + "\r\n", limits);
  EXPECT_TRUE(reader.is_done()) << headers;
  return reader.problem() ? reader.problem()->status : 0;
}

int StatusOfLine(const std::string& line, const HeadLimits& limits = {}) {
  const HeadReader reader = Read(line + "\r\nHost: x\r\n\r\n", limits);
  return reader.problem() ? reader.problem()->status : 0;
}

TEST(HeadReaderTest, AHeadIsTheSameHoweverItsBytesCome) {
  const std::string head = "POST /a?b=1 HTTP/1.1\r\nHost: x\r\ncontent-length: 12 \r\n\r\n";
  for (std::size_t size = 1; size <= head.size() + 4; ++size) {
    const HeadReader reader = ReadInPieces(head + "body", size);
    ASSERT_TRUE(reader.is_done());
    EXPECT_FALSE(reader.problem());
    EXPECT_EQ(reader.head().text, head);
    EXPECT_EQ(reader.head().method(), "POST");
    EXPECT_EQ(reader.head().path(), "/a");
    EXPECT_EQ(reader.head().length, 12U);
    EXPECT_FALSE(reader.head().is_chunked);
  }
}

TEST(HeadReaderTest, HalfAHeadIsNotDone) {
  const std::string head = std::string(kGet) + "\r\n";
  for (std::size_t size = 0; size < head.size(); ++size) {
    const HeadReader reader = Read(head.substr(0, size));
    EXPECT_FALSE(reader.is_done());
    EXPECT_EQ(reader.has_begun(), size > 0);
  }
}

TEST(HeadReaderTest, EmptyLinesBeforeARequestAreSkippedUpToALimit) {
  EXPECT_EQ(Read("\r\n\r\n" + std::string(kGet) + "\r\n").head().method(), "GET");
  EXPECT_FALSE(Read("\r\n\r\n").has_begun());
  EXPECT_EQ(Read(std::string(100, '\n')).problem()->status, 400);
}

TEST(HeadReaderTest, TellsWhatFollowsTheHead) {
  const auto head_of = [](const std::string& headers, const std::string& version = "1.1") {
    const HeadReader reader = Read("POST / HTTP/" + version + "\r\nHost: x\r\n" + headers + "\r\n");
    EXPECT_FALSE(reader.problem()) << headers;
    return reader.head();
  };
  EXPECT_EQ(head_of("").length, 0U);
  EXPECT_TRUE(head_of("transfer-ENCODING: Chunked\r\n").is_chunked);
  EXPECT_TRUE(head_of("Content-Encoding: gzip\r\n").is_encoded);
  EXPECT_FALSE(head_of("Content-Encoding: identity\r\n").is_encoded);
  const std::string expects = "Content-Length: 1\r\nExpect: 100-Continue\r\n";
  EXPECT_TRUE(head_of(expects).expects_continue);
  EXPECT_FALSE(head_of(expects, "1.0").expects_continue);
  EXPECT_FALSE(head_of("Expect: 100-continue\r\n").expects_continue);
}

TEST(HeadReaderTest, WhatTwoProgramsMayUnderstandInTwoWaysIsRefused) {
  for (const char* const headers : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 5 5\r\n",
           "Content-Length:\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: \r\n",
           "X: folded\r\n line\r\n",
           "X: folded\r\n\tline\r\n",
           "Content-Length : 5\r\n",
           " Content-Length: 5\r\n",
           "Content-Length\r\n",
           ": 5\r\n",
           "X: one\nContent-Length: 5\r\n",
           "X: one\rContent-Length: 5\r\n",
           "X[]: 5\r\n",
           "Host: y\r\n",
       }) {
    EXPECT_EQ(StatusOf(headers), 400) << headers;
  }
  EXPECT_EQ(StatusOf(std::string("X: a\0b\r\n", 8)), 400);
  EXPECT_EQ(Read("GET / HTTP/1.1\r\n\r\n").problem()->status, 400);  // no Host
  EXPECT_FALSE(Read("GET / HTTP/1.0\r\n\r\n").problem());
  EXPECT_EQ(Read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").problem()->status, 400);
}

TEST(HeadReaderTest, WhatIsUsualIsNotRefused) {
  for (const char* const headers : {
           "",
           "Content-Length: 5\r\n",
           "Content-Length:5\t\r\n",
           "Transfer-Encoding: chunked\r\n",
           "X: a\tb: c, \"d\"\r\n",
           "X:\r\n",
           "X-Odd!#$%&'*+-.^_`|~9: \xC3\xA4\r\n",
       }) {
    EXPECT_EQ(StatusOf(headers), 0) << headers;
  }
}

TEST(HeadReaderTest, ARequestLineIsThreeWordsOfAKnownVersion) {
  EXPECT_EQ(StatusOfLine("GET /?text=\xFF HTTP/1.1"), 0);
  for (const char* const line :
       {"GET /", "GET / HTTP/1.2", "GET / HTTP/2.0", "GET  / HTTP/1.1", "GET / HTTP/1.1 ",
        "GET /a b HTTP/1.1", " GET / HTTP/1.1", "G(T / HTTP/1.1", "GET /\t HTTP/1.1", "GET"}) {
    EXPECT_EQ(StatusOfLine(line), 400) << line;
  }
}

TEST(HeadReaderTest, TheLongestRequestLineIsTakenAndALongerOneIsNot) {
  const HeadLimits limits{.max_line_bytes = 30};
  const std::string longest = "GET /" + std::string(14, 'a') + " HTTP/1.1";  // and its end
  ASSERT_EQ(longest.size() + 2, 30U);
  EXPECT_EQ(StatusOfLine(longest, limits), 0);
  EXPECT_EQ(StatusOfLine("GET /" + std::string(15, 'a') + " HTTP/1.1", limits), 414);
  // It is not waited for either.
  EXPECT_TRUE(Read(std::string(31, 'a'), limits).is_done());
}

TEST(HeadReaderTest, TheLongestHeadersAreTakenAndLongerOnesAreNot) {
  const HeadLimits limits{.max_header_bytes = 50};
  const std::string_view host = "Host: x\r\n";
  const std::size_t others = host.size() + 5 + 2;  // "X: " and two ends of lines
  EXPECT_EQ(StatusOf("X: " + std::string(50 - others, 'a') + "\r\n", limits), 0);
  EXPECT_EQ(StatusOf("X: " + std::string(51 - others, 'a') + "\r\n", limits), 431);
  EXPECT_EQ(StatusOf("X: " + std::string(9000, 'a') + "\r\n"), 431);
  EXPECT_TRUE(Read(std::string(kGet) + std::string(60, 'a'), limits).is_done());
}

TEST(HeadReaderTest, SoManyHeadersAreTakenAndNotOneMore) {
  EXPECT_EQ(StatusOf("A: 1\r\nB: 2\r\n", {.max_headers = 3}), 0);
  EXPECT_EQ(StatusOf("A: 1\r\nB: 2\r\nC: 3\r\n", {.max_headers = 3}), 431);
}

TEST(HeadReaderTest, ALengthBeyondAllNumbersIsTooLong) {
  EXPECT_EQ(StatusOf("Content-Length: 18446744073709551615\r\n"), 0);
  EXPECT_EQ(StatusOf("Content-Length: 18446744073709551616\r\n"), 413);
}

}  // namespace
}  // namespace mock_server
