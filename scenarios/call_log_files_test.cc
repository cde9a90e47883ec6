#include "scenarios/call_log_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "batcher/base/test_folder.h"
#include "scenarios/keys.h"
#include "scenarios/load.h"
#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::TestFolder;

using batcher::At;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

const std::vector<LoggedCall> kCalls = {
    {.at = At(5s), .key = 1}, {.at = At(5s), .key = 0}, {.at = At(6s + 7ns), .key = 1}};

TEST(CallLogFilesTest, ATraceReadsBackFromItsFirstCall) {
  const TestFolder folder;
  ASSERT_FALSE(WriteTrace(folder.Path("part.csv"), kCalls));
  const auto arrivals =
      All(Open(R"({"kind": "trace", "file": ")" + folder.Path("part.csv") + R"("})"));
  EXPECT_THAT(Times(arrivals), ElementsAre(0s, 0s, 1s + 7ns));
}

TEST(CallLogFilesTest, KeysReadBackLineByLine) {
  const TestFolder folder;
  const std::vector<std::string> keys = {"Bonn", "Platz 1\r\nKöln"};
  ASSERT_FALSE(WriteKeys(folder.Path("keys.txt"), kCalls, keys));
  const auto scenario = ParseScenario(
      R"({"keys": {"kind": "file", "file": ")" + folder.Path("keys.txt") + R"("}})", "test.json");
  ASSERT_TRUE(scenario);
  auto stream = OpenKeys(*scenario);
  ASSERT_TRUE(stream);
  std::vector<std::string> read;
  for (int i = 0; i < 3; ++i) {
    read.push_back(stream->KeyText(stream->Next()));
  }
  EXPECT_THAT(read, ElementsAre("Platz 1  Köln", "Bonn", "Platz 1  Köln"));
}

TEST(CallLogFilesTest, CallsWithoutTextsHaveTheirNumbersAsKeys) {
  const TestFolder folder;
  ASSERT_FALSE(WriteKeys(folder.Path("keys.txt"), kCalls, {}));
  EXPECT_EQ(std::filesystem::file_size(folder.Path("keys.txt")), 6U);
}

TEST(CallLogFilesTest, WhatCantBeWrittenIsAnErrorAndLeavesNothingBehind) {
  const TestFolder folder;
  const auto error = WriteTrace(folder.Path("missing/part.csv"), kCalls);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("missing/part.csv: can't be written: "));
  std::filesystem::create_directory(folder.Path("taken"));
  ASSERT_TRUE(WriteKeys(folder.Path("taken"), kCalls, {}));
  EXPECT_TRUE(std::filesystem::is_empty(folder.Path("taken")));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.Path("")), {}), 1);
}

}  // namespace
}  // namespace scenarios
