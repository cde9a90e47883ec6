#include "mock_server/body_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace mock_server {
namespace {

constexpr std::size_t kMost = 100;

BodyReader ReadInPieces(const RequestHead& head, std::string_view bytes, std::size_t size) {
  BodyReader reader(head, kMost);
  while (!bytes.empty() && !reader.is_done()) {
    bytes.remove_prefix(reader.Take(bytes.substr(0, size)));
  }
  return reader;
}

BodyReader ReadChunks(std::string_view bytes, std::size_t size = 1000) {
  return ReadInPieces({.is_chunked = true}, bytes, size);
}

int StatusOf(std::string_view chunks) {
  const BodyReader reader = ReadChunks(chunks);
  return reader.problem() ? reader.problem()->status : 0;
}

TEST(BodyReaderTest, WithoutALengthThereIsNoBody) {
  BodyReader reader({}, kMost);
  EXPECT_TRUE(reader.is_done());
  EXPECT_EQ(reader.Take("GET"), 0U);
  EXPECT_FALSE(reader.problem());
}

TEST(BodyReaderTest, ABodyEndsWhereItsLengthSays) {
  BodyReader reader({.length = 5}, kMost);
  EXPECT_EQ(reader.Take("abc"), 3U);
  EXPECT_FALSE(reader.is_done());
  EXPECT_EQ(reader.Take("deGET"), 2U);
  EXPECT_TRUE(reader.is_done());
  EXPECT_EQ(reader.body(), "abcde");
}

TEST(BodyReaderTest, ChunksAreTheSameHoweverTheirBytesCome) {
  const std::string_view chunks =
      "5\r\nabcde\r\n0A;name=value\r\n0123456789\r\n3 ; x\r\nxyz\r\n000\r\nTrailer: a\r\n\r\n";
  for (std::size_t size = 1; size <= chunks.size() + 3; ++size) {
    BodyReader reader = ReadChunks(std::string(chunks) + "GET", size);
    ASSERT_TRUE(reader.is_done());
    ASSERT_FALSE(reader.problem());
    EXPECT_EQ(reader.body(), "abcde0123456789xyz");
  }
  BodyReader reader({.is_chunked = true}, kMost);
  EXPECT_EQ(reader.Take(std::string(chunks) + "GET"), chunks.size());
}

TEST(BodyReaderTest, ChunksThatAreBadlyMadeAreRefused) {
  for (const char* const chunks :
       {"zz\r\n", "\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1\n", "1\r\nab\r\n", "1\r\na\n",
        "1 1\r\n", "11111111111111111\r\n", "0\r\nTrailer: a\n"}) {
    EXPECT_EQ(StatusOf(chunks), 400) << chunks;
  }
}

TEST(BodyReaderTest, TheLongestBodyIsTakenAndALongerOneIsNot) {
  EXPECT_FALSE(BodyReader({.length = kMost}, kMost).problem());
  EXPECT_EQ(BodyReader({.length = kMost + 1}, kMost).problem()->status, 413);
  const std::string half = "32\r\n" + std::string(50, 'a') + "\r\n";
  EXPECT_EQ(StatusOf(half + half + "0\r\n\r\n"), 0);
  EXPECT_EQ(StatusOf(half + half + "1\r\n"), 413);
  EXPECT_EQ(StatusOf("ffffffffffffffff\r\n"), 413);
  EXPECT_EQ(StatusOf(half + "ffffffffffffffff\r\n"), 413);
}

// Else a line without an end would fill the memory.
TEST(BodyReaderTest, WhatStandsAroundTheChunksIsBounded) {
  EXPECT_EQ(StatusOf(std::string(1000, '0')), 400);
  EXPECT_EQ(StatusOf("1;" + std::string(1000, 'x')), 400);
  std::string trailers = "0\r\n";
  while (trailers.size() < 10'000) {
    trailers += "Trailer: something\r\n";
  }
  EXPECT_EQ(StatusOf(trailers), 431);
}

}  // namespace
}  // namespace mock_server
