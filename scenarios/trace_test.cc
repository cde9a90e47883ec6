#include "scenarios/trace.h"

#include <gtest/gtest.h>

#include "batcher/base/test_folder.h"
#include "scenarios/arrivals.h"
#include "scenarios/load.h"

namespace scenarios {
namespace {

using batcher::TestFolder;

using batcher::At;
using batcher::Instant;
using namespace std::chrono_literals;

class TraceTest : public ::testing::Test {
 protected:
  // What is wrong with a trace of that text, less the folder of the file.
  std::string Problem(std::string_view text) {
    const auto trace = ReadTrace(folder_.Write("trace.csv", text), 1);
    return trace ? "read" : trace.error().message.substr(folder_.Path("").size());
  }

  TestFolder folder_;
};

TEST_F(TraceTest, ReadsTheColumnAndIgnoresOthers) {
  const auto trace = ReadTrace(
      folder_.Write("trace.csv", "id,arrival_ns,text\r\n1,0,a\r\n2,52000000,\r\n3,52000000,c"), 1);
  ASSERT_TRUE(trace);
  EXPECT_EQ(**trace, (std::vector<Instant>{At(0ns), At(52ms), At(52ms)}));
}

TEST_F(TraceTest, SpeedDividesTheTimes) {
  const auto trace = ReadTrace(folder_.Write("trace.csv", "arrival_ns\n0\n3\n52000000\n"), 2);
  ASSERT_TRUE(trace);
  EXPECT_EQ(**trace, (std::vector<Instant>{At(0ns), At(2ns), At(26ms)}));
}

TEST_F(TraceTest, AnUnreadableLineIsNamed) {
  const std::string wanted =
      "\", wanted a whole number of nanoseconds, at least 0, in column arrival_ns";
  EXPECT_EQ(Problem("arrival_ns\n5\nabc\n"), "trace.csv:3: found \"abc" + wanted);
  EXPECT_EQ(Problem("arrival_ns\n-5\n"), "trace.csv:2: found \"-5" + wanted);
  EXPECT_EQ(Problem("arrival_ns\n1.5\n"), "trace.csv:2: found \"1.5" + wanted);
  EXPECT_EQ(Problem("arrival_ns\n1\n\n2\n"), "trace.csv:3: found \"" + wanted);
  EXPECT_EQ(Problem("id,arrival_ns\n7\n"), "trace.csv:2: found \"7" + wanted);
  EXPECT_EQ(Problem("arrival_ns\n99999999999999999999\n"),
            "trace.csv:2: found \"99999999999999999999" + wanted);
}

TEST_F(TraceTest, TimesMustAscend) {
  EXPECT_EQ(Problem("arrival_ns\n5\n5\n"), "read");
  EXPECT_EQ(Problem("arrival_ns\n5000000\n4000000\n"),
            "trace.csv:3: found 4ms from the start, wanted at least that of the line before, 5ms");
}

TEST_F(TraceTest, TimesOfTheCalendarAreRefused) {
  EXPECT_EQ(Problem("arrival_ns\n8640000000000000\n"), "read");
  EXPECT_EQ(
      Problem("arrival_ns\n1700000000000000000\n"),
      "trace.csv:2: found 1700000000000000000, wanted times from the start of the trace, at most "
      "2400h");
}

TEST_F(TraceTest, AHeaderAndOneArrivalAreNeeded) {
  EXPECT_EQ(Problem("time\n1\n"),
            "trace.csv:1: found \"time\", wanted a header with a column arrival_ns");
  EXPECT_EQ(Problem(""), "trace.csv:1: found \"\", wanted a header with a column arrival_ns");
  EXPECT_EQ(Problem("arrival_ns\n"),
            "trace.csv:2: found the end of the file, wanted at least one arrival");
}

TEST_F(TraceTest, AMissingFileAndAFolderAreNamed) {
  EXPECT_EQ(ReadTrace("/nowhere/trace.csv", 1).error().message,
            "/nowhere/trace.csv: can't be opened: No such file or directory");
  EXPECT_EQ(ReadTrace("/tmp", 1).error().message, "/tmp: found a folder, wanted a file");
}

TEST_F(TraceTest, AScenarioFindsItsTraceBesideItself) {
  (void)folder_.Write("trace.csv", "arrival_ns\n0\n40\n");
  const auto scenario = LoadScenario(folder_.Write(
      "replay.json", R"({"arrivals": {"kind": "trace", "file": "trace.csv", "speed": 4}})"));
  ASSERT_TRUE(scenario);
  auto stream = OpenArrivals(*scenario);
  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->Next()->at, At(0ns));
  ArrivalStream copy = *stream;
  EXPECT_EQ(stream->Next()->at, At(10ns));
  EXPECT_FALSE(stream->Next());
  EXPECT_EQ(copy.Next()->ordinal, 1U);
}

TEST_F(TraceTest, AScenarioWithoutItsTraceSaysSoWhenOpened) {
  const auto scenario = LoadScenario(
      folder_.Write("replay.json", R"({"arrivals": {"kind": "trace", "file": "gone.csv"}})"));
  ASSERT_TRUE(scenario);
  const auto stream = OpenArrivals(*scenario);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().message,
            folder_.Path("gone.csv") + ": can't be opened: No such file or directory");
}

}  // namespace
}  // namespace scenarios
