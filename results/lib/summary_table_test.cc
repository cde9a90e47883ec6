#include "results/lib/summary_table.h"

#include <gmock/gmock.h>

#include <array>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(SummaryTableTest, ShowsOneRun) {
  const std::string text = SummaryTable(Summarise(MakeLedger(50), {}));
  EXPECT_THAT(text, ContainsRegex("calls +50\n"));
  EXPECT_THAT(text, ContainsRegex("HTTP requests +100 = 50 \\+ 50 polls\n"));
  EXPECT_THAT(text, ContainsRegex("requests saved +-100\\.0 %\n"));
  EXPECT_THAT(text, ContainsRegex("latency p50 +25\\.0 ms\n"));
  EXPECT_THAT(text, ContainsRegex("of the mean: server +25\\.5 ms\n"));
  EXPECT_THAT(text, ContainsRegex("flushed by window +50\n"));
}

TEST(SummaryTableTest, SaysWhatAQuantileLacksInPlaceOfIt) {
  const std::string text = SummaryTable(Summarise(MakeLedger(50), {}));
  EXPECT_THAT(text, ContainsRegex("latency p99 +-  needs 460 batches, this run had 50\n"));
}

TEST(SummaryTableTest, LeavesOutWhatDidNotHappen) {
  const std::string text = SummaryTable(Summarise(MakeLedger(50), {}));
  EXPECT_THAT(text, Not(HasSubstr("burst")));
  EXPECT_THAT(text, Not(HasSubstr("timeout")));
  EXPECT_THAT(text, Not(HasSubstr("flushed by tick")));
}

TEST(SummaryTableTest, TakesARunWithoutCalls) {
  EXPECT_THAT(SummaryTable(Summary{}), ContainsRegex("latency p50 +-\n"));
}

TEST(SummaryTableTest, PutsTwoRunsSideBySideWithTheirDifference) {
  Ledger slower = MakeLedger(50);
  for (batcher::CallRecord& call : slower.calls) {
    call.delivered += 5ms;
  }
  slower.batches[0].attempts = 2;
  const std::array<LabelledSummary, 2> runs = {
      {{"sim", Summarise(MakeLedger(50), {})}, {"http", Summarise(slower, {})}}};
  const std::string text = SummaryTable(runs);
  EXPECT_THAT(text, ContainsRegex("^ +sim +http +difference\n"));
  EXPECT_THAT(text, ContainsRegex("calls +50 +50 +=\n"));
  EXPECT_THAT(text, ContainsRegex("HTTP requests +100 +101 +\\+1 \\(\\+1\\.0 %\\)\n"));
  EXPECT_THAT(text, ContainsRegex("of them retries +0 +1 +\\+1\n"));
  EXPECT_THAT(text, ContainsRegex("of them polls +50 +50 +=\n"));
  EXPECT_THAT(text,
              ContainsRegex("latency p50 +25\\.0 ms +30\\.0 ms +\\+5\\.00 ms \\(\\+20\\.0 %\\)\n"));
  EXPECT_THAT(text, ContainsRegex("requests saved +-100\\.0 % +-102\\.0 % +-2\\.0 points\n"));
  EXPECT_THAT(text, ContainsRegex("latency p99 +-  50 of 460 batches +-  50 of 460 batches\n"));
}

TEST(SummaryTableTest, PutsAnyNumberOfRunsSideBySide) {
  const Summary summary = Summarise(MakeLedger(50), {});
  const std::array<LabelledSummary, 3> runs = {{{"a", summary}, {"b", summary}, {"c", summary}}};
  EXPECT_THAT(SummaryTable(runs), Not(HasSubstr("difference")));
}

}  // namespace
}  // namespace results
