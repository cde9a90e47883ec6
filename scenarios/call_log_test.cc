#include "scenarios/call_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <sstream>

#include "batcher/base/test_folder.h"
#include "scenarios/test_logs.h"

namespace scenarios {
namespace {

using batcher::TestFolder;

using batcher::At;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

std::string Text(std::int64_t number) { return std::to_string(number); }

// "2024-05-31T12:00:22.037": that many milliseconds after noon.
std::string IsoText(std::int64_t ms) {
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + Text(n); };
  const std::int64_t s = ms / 1000;
  return "2024-05-31T" + two(12 + s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60) + "." +
         Text(1000 + ms % 1000).substr(1);
}

std::string GoodCsv() {
  return RowsOf("arrival_ns", 300, [](int i) { return Text(TestMs(i) * 1'000'000); });
}

void ExpectTestTimes(const CallLog& log) {
  ASSERT_EQ(log.calls.size(), 300U);
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(log.calls[static_cast<std::size_t>(i)].at, At(std::chrono::milliseconds(TestMs(i))))
        << i;
  }
}

TEST(CallLogTest, ReadsAColumnOfNanoseconds) {
  const CallLog log = LogOf(GoodCsv());
  ExpectTestTimes(log);
  EXPECT_THAT(log.warnings, IsEmpty());
  EXPECT_THAT(log.keys, IsEmpty());
  EXPECT_EQ(log.calls[7].key, 7U);
  EXPECT_EQ(log.calls[7].session, kNoSession);
  EXPECT_EQ(log.calls[7].group, kNoGroup);
  EXPECT_FALSE(log.calls[7].ended);
}

TEST(CallLogTest, TimesCountFromTheFirstCallWhateverTheUnit) {
  const auto in = [](const std::string& header, const auto& text) {
    return LogOf(RowsOf(header, 300, [&](int i) { return text(TestMs(i)); }));
  };
  ExpectTestTimes(in("time_ms", [](auto ms) { return Text(ms + 12); }));
  ExpectTestTimes(in("Time_us", [](auto ms) { return Text(ms * 1000 - 5000); }));
  ExpectTestTimes(
      in("ts_s", [](auto ms) { return Text(ms / 1000) + "." + Text(1000 + ms % 1000).substr(1); }));
  // Of the size that seconds, milliseconds ... since 1970 have.
  ExpectTestTimes(in("ts", [](auto ms) {
    return Text(1'717'000'000 + ms / 1000) + "." + Text(1000 + ms % 1000).substr(1);
  }));
  ExpectTestTimes(in("ts", [](auto ms) { return Text(1'717'000'000'000 + ms); }));
  ExpectTestTimes(in("ts", [](auto ms) { return Text((1'717'000'000'000 + ms) * 1000); }));
  ExpectTestTimes(in("ts", [](auto ms) { return Text((1'717'000'000'000 + ms) * 1'000'000); }));
  ExpectTestTimes(in("timestamp", [](auto ms) { return IsoText(ms); }));
  ExpectTestTimes(in("timestamp", [](auto ms) { return IsoText(ms) + "Z"; }));
  ExpectTestTimes(in("timestamp", [](auto ms) { return IsoText(ms) + "+02:00"; }));
}

TEST(CallLogTest, ZonesOfIsoTimesMayDiffer) {
  ExpectTestTimes(LogOf(RowsOf("time", 300, [](int i) {
    return i % 2 == 0 ? IsoText(TestMs(i)) + "Z" : IsoText(TestMs(i) + 3'600'000) + "+0100";
  })));
}

TEST(CallLogTest, AGivenColumnAndUnitGoFirst) {
  const std::string text =
      RowsOf("arrival_ns,Seen", 300, [](int i) { return "x," + Text(TestMs(i)); });
  ExpectTestTimes(LogOf(text, {.time_column = "Seen", .time_unit = "ms"}));
  ExpectTestTimes(LogOf(text, {.time_column = "seen", .time_unit = "ms"}));
}

TEST(CallLogTest, ReadsKeysSessionsAndGroups) {
  const CallLog log = LogOf(RowsOf("time_ms,key,session,group", 300, [](int i) {
    return Text(TestMs(i)) + (i % 2 == 0 ? ",Bonn,a," : ",\"Köln, \"\"Dom\"\"\",b,") +
           (i < 10 ? "first" : "");
  }));
  EXPECT_THAT(log.keys, ElementsAre("Bonn", "Köln, \"Dom\""));
  EXPECT_EQ(log.calls[4].key, 0U);
  EXPECT_EQ(log.calls[5].key, 1U);
  EXPECT_EQ(log.sessions, 2U);
  EXPECT_EQ(log.calls[5].session, 1U);
  EXPECT_EQ(log.groups, 1U);
  EXPECT_EQ(log.calls[9].group, 0U);
  EXPECT_EQ(log.calls[10].group, kNoGroup);
}

TEST(CallLogTest, ACallWithoutAKeyHasOneOfItsOwn) {
  const CallLog log = LogOf(
      RowsOf("time_ms,key", 300, [](int i) { return Text(TestMs(i)) + (i < 2 ? "," : ",Bonn"); }));
  EXPECT_EQ(log.keys.size(), 3U);
  EXPECT_NE(log.calls[0].key, log.calls[1].key);
  EXPECT_THAT(log.warnings, Contains(HasSubstr("2 rows without a key")));
}

TEST(CallLogTest, KeysThatAreNotUtf8AreTakenForLatin1) {
  const CallLog log =
      LogOf(RowsOf("time_ms,key", 300, [](int i) { return Text(TestMs(i)) + ",K\xf6ln"; }));
  EXPECT_THAT(log.keys, ElementsAre("Köln"));
  EXPECT_THAT(log.warnings, ElementsAre(HasSubstr("Latin-1 (1 of 1)")));
}

TEST(CallLogTest, ReadsTheHarnessOwnCalls) {
  const CallLog log = LogOf(RowsOf(
      "call,key,batch,position,endpoint,outcome,intended_ns,submitted_ns,due_ns,dispatched_ns,"
      "sent_ns,attempted_ns,answered_ns,replied_ns,delivered_ns",
      300, [](int i) {
        const std::string at = Text(TestMs(i) * 1'000'000);
        std::string row = Text(i) + "," + Text(i % 5) + ",,,none,value," + at;
        for (int stamp = 0; stamp < 7; ++stamp) {
          row += "," + at;
        }
        return row + "," + Text((TestMs(i) + 120) * 1'000'000);
      }));
  ExpectTestTimes(log);
  EXPECT_THAT(log.warnings, IsEmpty());
  EXPECT_EQ(log.keys.size(), 5U);
  EXPECT_EQ(log.calls[3].ended, log.calls[3].at + 120ms);
}

TEST(CallLogTest, ArrivalsAreAnswersLessDurations) {
  const CallLogOptions options{.time_is_completion = true};
  const auto row = [](int i) { return Text(TestMs(i) + 100 + i % 50) + "," + Text(100 + i % 50); };
  const CallLog log = LogOf(RowsOf("time_ms,latency_ms", 300, row), options);
  ExpectTestTimes(log);
  EXPECT_EQ(log.calls[7].ended, log.calls[7].at + 107ms);
  ExpectTestTimes(
      LogOf(RowsOf("time_ms,took", 300, [&](int i) { return row(i) + "ms"; }), options));
  EXPECT_THAT(
      ProblemOf(RowsOf("time_ms,took", 300, row), options).message,
      HasSubstr("log.csv:2: column \"took\": found \"100\", wanted a duration with its unit"));
  EXPECT_THAT(ProblemOf(RowsOf("time_ms,size", 300, row), options).message,
              HasSubstr("wanted one that tells how long each call took"));
  EXPECT_THAT(ProblemOf("time_ms,took_ms\n12,-3\n", options).message,
              HasSubstr("wanted a number of milliseconds, at least 0"));
}

TEST(CallLogTest, ADurationTellsWhenACallEnded) {
  const CallLog log =
      LogOf(RowsOf("time_ms,took_us", 300, [](int i) { return Text(TestMs(i)) + ",2500"; }),
            {.duration_column = "took_us"});
  EXPECT_EQ(log.calls[3].ended, log.calls[3].at + 2500us);
}

TEST(CallLogTest, AnEndBeforeTheCallIsNotUsed) {
  const CallLog log = LogOf(RowsOf("time_ms,ended_ms", 300, [](int i) {
    return Text(TestMs(i)) + "," + (i == 5 ? Text(1) : i == 6 ? "" : Text(TestMs(i) + 9));
  }));
  EXPECT_EQ(log.calls[4].ended, log.calls[4].at + 9ms);
  EXPECT_FALSE(log.calls[5].ended);
  EXPECT_FALSE(log.calls[6].ended);
  EXPECT_THAT(log.warnings, ElementsAre(HasSubstr("1 row that end before they begin")));
}

TEST(CallLogTest, ABareEndedIsNoTime) {
  const CallLog log =
      LogOf(RowsOf("time_ms,ended", 300, [](int i) { return Text(TestMs(i)) + ",yes"; }));
  EXPECT_FALSE(log.calls[4].ended);
}

TEST(CallLogTest, ReadsJsonLines) {
  const CallLog log = LogOf(RowsOf("", 300, [](int i) {
    return R"({"note": {"ts": 1, "list": [1, 2]}, "ts": )" + Text(1'717'000'000'000 + TestMs(i)) +
           R"(, "key": "K\u00f6ln\n\"Dom\"", "session": )" + Text(i % 3) + "}";
  }));
  ExpectTestTimes(log);
  EXPECT_THAT(log.keys, ElementsAre("Köln\n\"Dom\""));
  EXPECT_EQ(log.sessions, 3U);
}

TEST(CallLogTest, NumbersOfJsonKeepTheirDigits) {
  ExpectTestTimes(LogOf(RowsOf("", 300, [](int i) {
    return R"({"ts": 1717000)" + Text(1000 + TestMs(i) / 1000).substr(1) + "." +
           Text(1000 + TestMs(i) % 1000).substr(1) + "}";
  })));
}

TEST(CallLogTest, DelimitersLineEndsAndByteOrderMarksDoNotMatter) {
  const auto rows = [](const std::string& header, const std::string& end) {
    return RowsOf(header, 300,
                  [&](int i) { return "x" + end.substr(0, 1) + Text(TestMs(i)) + end.substr(1); });
  };
  ExpectTestTimes(LogOf("\xef\xbb\xbf" + rows("what;time_ms", ";")));
  ExpectTestTimes(LogOf(rows("what\ttime_ms", "\t")));
  ExpectTestTimes(LogOf(rows("what,\"time_ms\"\r", ",\r")));
  std::string text = GoodCsv();
  text.pop_back();
  const CallLog log = LogOf(text);
  ExpectTestTimes(log);
  EXPECT_THAT(log.warnings, IsEmpty());
}

TEST(CallLogTest, DecimalCommasAreReadWhereSemicolonsSeparate) {
  ExpectTestTimes(LogOf(RowsOf("time;x", 300, [](int i) {
    return Text(1'717'000'000 + TestMs(i) / 1000) + "," + Text(1000 + TestMs(i) % 1000).substr(1) +
           ";";
  })));
}

TEST(CallLogTest, AQuotedFieldMayHoldLineEnds) {
  std::string text = RowsOf("key,time_ms", 300,
                            [](int i) { return "\"Platz 1\n53111 Bonn\"," + Text(TestMs(i)); });
  const CallLog log = LogOf(text);
  ExpectTestTimes(log);
  EXPECT_THAT(log.keys, ElementsAre("Platz 1\n53111 Bonn"));
  text += "\"a\nb\",x\n";
  EXPECT_THAT(ProblemOf(text).message, HasSubstr("log.csv:602: column \"time_ms\": found \"x\""));
}

TEST(CallLogTest, ATornLastRowIsLeftOut) {
  for (const std::string torn : {"222", "22270000,a", "\"22270", "22270000,a,\"b"}) {
    const CallLog log = LogOf(
        RowsOf("time_us,a,b", 300, [](int i) { return Text(TestMs(i) * 1000) + ",a,b"; }) + torn);
    ExpectTestTimes(log);
    EXPECT_THAT(log.warnings, ElementsAre("The last row (line 302) is torn and was left out."));
  }
  const CallLog json =
      LogOf(RowsOf("", 300, [](int i) { return R"({"time_ms": )" + Text(TestMs(i)) + "}"; }) +
            R"({"time_ms": 22)");
  ExpectTestTimes(json);
  EXPECT_THAT(json.warnings, Contains(HasSubstr("(line 302) is torn")));
}

TEST(CallLogTest, ALastTimeOfTooFewDigitsIsTorn) {
  const CallLog log = LogOf(GoodCsv() + "2227000");
  ExpectTestTimes(log);
  EXPECT_THAT(log.warnings, ElementsAre(HasSubstr("(line 302) is torn")));
}

TEST(CallLogTest, ATornRowElsewhereIsAProblemWithItsLine) {
  const CallLogProblem problem = ProblemOf("time_ms,key\n12,a\n13\n14,b\n");
  EXPECT_FALSE(problem.unsuitable);
  EXPECT_EQ(problem.message, "log.csv:3: found 1 fields in \"13\", wanted 2 as in the header");
  EXPECT_THAT(ProblemOf("time_ms,key\n12,\"a\n13,b\n14,c\n").message,
              HasSubstr("log.csv:2: found a quote that is never closed"));
  EXPECT_THAT(ProblemOf("time_ms,key\n12,\"a\"b\n").message,
              HasSubstr("log.csv:2: found a quote within the field"));
  EXPECT_THAT(ProblemOf("{\"time_ms\": 1}\n{\"time_ms\": 2,\n{\"time_ms\": 3}\n").message,
              HasSubstr("log.csv:2: can't be read as JSON"));
  EXPECT_THAT(ProblemOf("{\"time_ms\": 1}\n[2]\n").message,
              HasSubstr("log.csv:2: found no object"));
  EXPECT_THAT(ProblemOf("{\"time_ms\": 1}\n{\"time_ms\": {}}\n").message,
              HasSubstr("log.csv:2: found an object or a list in the field \"time_ms\""));
  EXPECT_THAT(ProblemOf("{\"time_ms\": 1}\n{\"time_ms\": 1, \"time_ms\": 2}\n").message,
              HasSubstr("log.csv:2: found the field \"time_ms\" twice"));
  EXPECT_THAT(ProblemOf("{\"time_ms\": 1}\n{\"x\": 2}\n").message,
              HasSubstr("log.csv:2: column \"time_ms\": found \"\", wanted a number"));
}

TEST(CallLogTest, TimesThatCantBeReadAreProblemsWithTheirColumn) {
  EXPECT_EQ(ProblemOf("time_ms\n12\nnoon\n").message,
            "log.csv:3: column \"time_ms\": found \"noon\", wanted a number of milliseconds");
  EXPECT_THAT(ProblemOf("time\n2024-05-31T12:00:00Z\n2024-05-31T12:00:01\n").message,
              HasSubstr("with a zone in all rows or in none"));
  EXPECT_THAT(ProblemOf("time\n12.5\n").message, HasSubstr("--time-unit"));
  EXPECT_THAT(ProblemOf("time\nnoon\n").message, HasSubstr("wanted a time: a number, or like"));
  EXPECT_THAT(ProblemOf("time_ms\n12\n", {.time_unit = "min"}).message,
              HasSubstr("found the time unit \"min\", wanted ns, us, ms, s or iso"));
}

TEST(CallLogTest, DurationsHaveAUnitOfTheirOwn) {
  const auto row = [](int i) { return Text(TestMs(i) + 100) + ",0.1"; };
  CallLogOptions options{.time_is_completion = true};
  ExpectTestTimes(LogOf(RowsOf("time_ms,request_time", 300, row), options));  // nginx: seconds
  options.duration_unit = "s";
  ExpectTestTimes(LogOf(RowsOf("time_ms,took", 300, row), options));
  const CallLog log = LogOf(
      RowsOf("time_ms,request_time,response_time", 300, [&](int i) { return row(i) + ",0.2"; }),
      options);
  EXPECT_THAT(log.warnings, Contains(HasSubstr("--duration-column chooses")));
}

TEST(CallLogTest, TimesBesideDurationsMayBeThoseOfAnswers) {
  const CallLog log =
      LogOf(RowsOf("time_ms,took_ms", 300, [](int i) { return Text(TestMs(i)) + ",7"; }));
  EXPECT_EQ(log.times_from, "time_ms, ms");
  EXPECT_THAT(log.warnings, Contains(HasSubstr("--time-is completion")));
}

TEST(CallLogTest, WithoutAColumnOfTimesItSaysWhichThereAre) {
  const CallLogProblem problem = ProblemOf("when,who\n12,a\n");
  EXPECT_FALSE(problem.unsuitable);
  EXPECT_THAT(
      problem.message,
      HasSubstr("log.csv: found the columns \"when\", \"who\", wanted a header with a column "
                "of times: arrival, intended, "));
  EXPECT_THAT(problem.message, HasSubstr("(--time-column names another)"));
  EXPECT_THAT(ProblemOf("time_ms,who\n1,a\n", {.time_column = "When"}).message,
              HasSubstr("wanted one column \"When\""));
  EXPECT_THAT(ProblemOf("time_ms,time_ms\n1,2\n").message, HasSubstr("two columns"));
  EXPECT_THAT(ProblemOf("time_ms,key,Key\n1,2,3\n").message,
              HasSubstr("wanted one column \"key\""));
}

TEST(CallLogTest, WhatIsNoLogIsAProblem) {
  EXPECT_THAT(ProblemOf("").message, HasSubstr("log.csv: found nothing"));
  EXPECT_THAT(ProblemOf(" \n\n").message, HasSubstr("found nothing"));
  EXPECT_THAT(ProblemOf("[{\"ts\": 1}]").message, HasSubstr("found a JSON list"));
  EXPECT_THAT(ProblemOf("\xff\xfet\0").message, HasSubstr("found UTF-16"));
  EXPECT_THAT(ProblemOf("\x1f\x8b\x08").message, HasSubstr("found a compressed file"));
}

TEST(CallLogTest, ReadsFilesAndStandardInput) {
  const TestFolder folder;
  const CallLogOrProblem read = ReadCallLog({.path = folder.Write("calls.csv", GoodCsv())});
  ASSERT_TRUE(std::holds_alternative<CallLog>(read));
  ExpectTestTimes(std::get<CallLog>(read));
  const CallLogOrProblem missing = ReadCallLog({.path = folder.Path("none.csv")});
  ASSERT_TRUE(std::holds_alternative<CallLogProblem>(missing));
  EXPECT_THAT(std::get<CallLogProblem>(missing).message, HasSubstr("none.csv: can't be opened"));

  std::istringstream text("time_ms\nnoon\n");
  std::streambuf* const before = std::cin.rdbuf(text.rdbuf());
  const CallLogOrProblem piped = ReadCallLog({.path = "-"});
  std::cin.rdbuf(before);
  std::cin.clear();
  ASSERT_TRUE(std::holds_alternative<CallLogProblem>(piped));
  EXPECT_THAT(std::get<CallLogProblem>(piped).message, HasSubstr("standard input:2: column"));
}

TEST(CallLogTest, RowsOutOfOrderAreSortedAndCounted) {
  const CallLog log = LogOf(RowsOf("time_ms,key", 300, [](int i) {
    const int swapped = i == 100 ? 101 : i == 101 ? 100 : i;
    return Text(TestMs(swapped)) + "," + Text(swapped);
  }));
  ExpectTestTimes(log);
  EXPECT_EQ(log.keys[log.calls[100].key], "100");
  EXPECT_THAT(log.warnings, ElementsAre(AllOf(HasSubstr("1 row was not in the order of time"),
                                              HasSubstr("line 103"))));
}

TEST(CallLogTest, RepeatedRowsAreCountedAndKept) {
  const CallLog log = LogOf(RowsOf("time_ms,key", 300, [](int i) {
    return Text(TestMs(i / 2)) + "," + (i < 200 ? Text(i / 2) : Text(i));
  }));
  EXPECT_EQ(log.calls.size(), 300U);
  EXPECT_THAT(log.warnings, Contains(HasSubstr("100 rows repeat another word for word")));
}

TEST(CallLogTest, CallsAtOneMomentAreNoRepetitionWhereRowsAreTimesAlone) {
  EXPECT_THAT(LogOf(RowsOf("time_ms", 300, [](int i) { return Text(TestMs(i / 2)); })).warnings,
              Not(Contains(HasSubstr("repeat"))));
}

TEST(CallLogTest, HeadersAndBlankLinesWithinAreSkipped) {
  std::string text = GoodCsv();
  text.insert(text.find('\n', 500) + 1, "arrival_ns\n\n");
  const CallLog log = LogOf(text);
  ExpectTestTimes(log);
  EXPECT_THAT(log.warnings, ElementsAre(HasSubstr("2 rows skipped: blank, or a header again")));
}

TEST(CallLogTest, OfSeveralColumnsOfTimesTheOneThatIsReadIsSaid) {
  const CallLog log =
      LogOf(RowsOf("ts,time_ms", 300, [](int i) { return "x," + Text(TestMs(i)); }));
  EXPECT_THAT(log.warnings, ElementsAre(HasSubstr("those of the column \"time_ms\"; there is also "
                                                  "\"ts\"")));
}

}  // namespace
}  // namespace scenarios
