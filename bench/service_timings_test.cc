#include "bench/service_timings.h"

#include <gmock/gmock.h>

#include <string>

#include "batcher/base/test_folder.h"
#include "bench/simulate.h"
#include "mock_server/latency.h"
#include "results/lib/ledger_csv.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::TestFolder;
using mock_server::ServiceOptions;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

ServiceInput Read(const std::string& text, const ServiceOptions& defaults = {}) {
  const TestFolder folder;
  auto input = ReadService(folder.Write("sizes.csv", text), defaults);
  EXPECT_TRUE(input) << input.error().message;
  return input ? *input : ServiceInput{};
}

// The sentence of the error, less the folder.
std::string ErrorOf(const std::string& text) {
  const TestFolder folder;
  const std::string path = folder.Write("sizes.csv", text);
  const auto input = ReadService(path, {});
  if (input) {
    ADD_FAILURE() << "read: " << text;
    return "";
  }
  EXPECT_THAT(input.error().message, testing::StartsWith(path));
  return input.error().message.substr(path.size() - std::string("sizes.csv").size());
}

double Ms(batcher::Duration duration) { return batcher::ToMilliseconds(duration); }

// 60 ms for a single call, and batches of 80 ms + 0.5 ms a call.
constexpr const char* kExact =
    "1,60\n1,60\n1,60\n1,60\n1,60\n2,81\n5,82.5\n10,85\n50,105\n100,130\n200,180\n";

TEST(ServiceTimingsTest, ExactTimingsGiveTheServiceThatMadeThem) {
  const ServiceInput input = Read(kExact);
  EXPECT_EQ(input.server.single.kind(), "constant");
  EXPECT_EQ(Ms(input.server.single.Time("value")), 60);
  EXPECT_NEAR(Ms(input.server.batch_base.Time("value")), 80, 1e-4);
  EXPECT_NEAR(Ms(input.server.batch_per_item), 0.5, 1e-5);
  EXPECT_FALSE(input.server.jitter);
  EXPECT_EQ(input.largest_measured, 200);
  EXPECT_EQ(input.description,
            "11 timings, sizes 1..200: single 60 ms median; batch 80 ms + 0.5 ms a call");
}

TEST(ServiceTimingsTest, AHeaderNamesTheColumnsAndTheUnit) {
  for (const std::string text :
       {"size,ms\n2,81\n5,82.5\n50,105\n", "when;seconds;size\n9;0.081;2\n9;0.0825;5\n9;0.105;50\n",
        "N\ttime_us\n2\t81000\n5\t82500\n50\t105000\n",
        "\xEF\xBB\xBF\"items\",\"took_ns\"\r\n2,81000000\r\n\r\n5,82500000\r\n50,105000000\r\n"}) {
    const ServiceInput input = Read(text);
    EXPECT_NEAR(Ms(input.server.batch_base.Time("value")), 80, 1e-4) << text;
    EXPECT_NEAR(Ms(input.server.batch_per_item), 0.5, 1e-5) << text;
  }
}

TEST(ServiceTimingsTest, ScatteredTimingsGiveLawsWithThatSpreadAndTwoEnds) {
  const ServiceInput input = Read(
      "1,50\n1,55\n1,60\n1,66\n1,72\n"
      "2,70\n2,95\n5,80\n5,90\n10,72\n10,99\n50,90\n50,120\n100,118\n100,150\n200,150\n200,210\n");
  EXPECT_EQ(input.server.single.kind(), "lognormal");
  EXPECT_EQ(Ms(input.server.single.Time("median")), 60);
  EXPECT_GT(Ms(input.server.single.Time("p99")), 75);
  EXPECT_LT(Ms(input.server.single.Time("p99")), 110);
  ASSERT_TRUE(input.server.jitter);
  EXPECT_NEAR(input.server.jitter->Number("cv"), 0.16, 0.05);
  EXPECT_FALSE(mock_server::JitterProblem(*input.server.jitter));
  EXPECT_FALSE(mock_server::LatencyProblem(input.server.single));
  EXPECT_LT(input.optimistic.batch_base.Time("value"), input.server.batch_base.Time("value"));
  EXPECT_LT(input.optimistic.batch_per_item, input.server.batch_per_item);
  EXPECT_LT(input.optimistic.single.Time("median"), input.server.single.Time("median"));
  EXPECT_GT(input.pessimistic.batch_base.Time("value"), input.server.batch_base.Time("value"));
  EXPECT_GT(input.pessimistic.batch_per_item, input.server.batch_per_item);
  EXPECT_GT(input.pessimistic.single.Time("median"), input.server.single.Time("median"));
  EXPECT_THAT(input.warnings, IsEmpty());
}

TEST(ServiceTimingsTest, HowBatchesAreAnsweredAndTheWorkersFollowTheDefaults) {
  ServiceOptions defaults;
  defaults.batch_mode = mock_server::BatchMode::kImmediate;
  defaults.workers = std::nullopt;
  const ServiceInput input = Read(kExact, defaults);
  for (const ServiceOptions& server : {input.server, input.optimistic, input.pessimistic}) {
    EXPECT_EQ(server.batch_mode, mock_server::BatchMode::kImmediate);
    EXPECT_FALSE(server.workers);
  }
}

TEST(ServiceTimingsTest, SizeOneStandsForABatchOfOneWhereNoSmallBatchWasTimed) {
  const ServiceInput input = Read("1,80.5\n1,80.5\n100,130\n200,180\n");
  EXPECT_NEAR(Ms(input.server.batch_base.Time("value")), 80, 1e-3);
  EXPECT_NEAR(Ms(input.server.batch_per_item), 0.5, 1e-4);
  EXPECT_THAT(input.warnings, Contains(HasSubstr("size 1 stands for a batch of one")));
  EXPECT_THAT(input.warnings, Contains(HasSubstr("only 2 timings of single calls")));
}

TEST(ServiceTimingsTest, WithoutSingleCallsALoneCallIsABatchOfOne) {
  const ServiceInput input = Read("2,81\n5,82.5\n50,105\n");
  EXPECT_NEAR(Ms(input.server.single.Time("value")), 80.5, 1e-3);
  EXPECT_THAT(input.warnings, Contains(HasSubstr("no single call was timed")));
  EXPECT_THAT(input.description, HasSubstr("3 timings, sizes 2..50"));
}

TEST(ServiceTimingsTest, OneSizeOfBatchIsSaidToTellNothingOfItems) {
  const ServiceInput input = Read("50,100\n50,104\n50,96\n");
  EXPECT_EQ(input.server.batch_per_item, batcher::Duration(0));
  EXPECT_EQ(Ms(input.server.batch_base.Time("value")), 100);
  EXPECT_THAT(input.warnings, Contains(HasSubstr("only batches of 50 were timed")));
}

TEST(ServiceTimingsTest, ErrorsNameFileLineWhatWasFoundAndWhatIsWanted) {
  EXPECT_EQ(ErrorOf("size,ms\n2,81\n0,80\n"),
            "sizes.csv:3: found \"0,80\", wanted as size a whole number of calls, 1 to 1000000");
  EXPECT_THAT(ErrorOf("2.5,81\n"), HasSubstr(":1: found \"2.5,81\", wanted as size"));
  EXPECT_THAT(ErrorOf("2,-81\n"), HasSubstr(":1: found \"2,-81\", wanted a size and a time"));
  EXPECT_THAT(ErrorOf("2,0\n"), HasSubstr("a number above 0"));
  EXPECT_THAT(ErrorOf("2,fast\n"), HasSubstr("a number above 0"));
  EXPECT_THAT(ErrorOf("2\n"), HasSubstr("a number above 0"));
  EXPECT_THAT(ErrorOf("2,3600001\n"), HasSubstr("at most an hour"));
  EXPECT_THAT(ErrorOf("size,latency\n2,81\n"), HasSubstr("wanted a header such as size,ms"));
  EXPECT_THAT(ErrorOf("1,60\n2,81\n"), HasSubstr("found 2 timings of batches, wanted at least 3"));
  EXPECT_THAT(ErrorOf("2,81\n"), HasSubstr("found 1 timing of batches, wanted at least 3"));
  EXPECT_THAT(ErrorOf("1,60\n1,61\n1,62\n"), HasSubstr("none of a batch"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("found an empty file"));
  EXPECT_FALSE(ReadService("no/such/sizes.csv", {}));
}

TEST(ServiceTimingsTest, TheServerOfAScenarioIsTakenAsItStands) {
  const TestFolder folder;
  const auto input =
      ReadService(folder.Write("slow.json", R"({"server": {"single": "90ms", "workers": 2}})"), {});
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_EQ(Ms(input->server.single.Time("value")), 90);
  EXPECT_EQ(input->optimistic.workers, 2);
  EXPECT_EQ(Ms(input->pessimistic.single.Time("value")), 90);
  EXPECT_FALSE(input->largest_measured);
  EXPECT_EQ(input->description, "the server of scenario slow");
  EXPECT_FALSE(ReadService(folder.Write("broken.json", "{"), {}));
}

// A run of the harness, and the service that is read from its batches.csv.
TEST(ServiceTimingsTest, ALogOfBatchesGivesBackTheServiceOfTheRun) {
  const auto scenario = scenarios::ParseScenario(
      R"({"arrivals": {"kind": "on_off", "rate_on": "500/s", "rate_off": "5/s", "mean_on": "200ms",
                       "mean_off": "1s", "count": 5000},
          "batcher": {"policy": {"kind": "window", "window": "50ms"}},
          "server": {"single": {"kind": "lognormal", "median": "60ms", "p99": "120ms"},
                     "batch": {"base": "80ms", "per_item": "0.5ms",
                               "jitter": {"kind": "lognormal", "cv": 0.1}}, "workers": null}})",
      "run.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  const auto run = Simulate(*scenario, {});
  ASSERT_TRUE(run);
  const TestFolder folder;
  ASSERT_FALSE(results::WriteLedger(folder.Path(""), run->ledger));
  const auto input = ReadService(folder.Path("batches.csv"), {});
  ASSERT_TRUE(input) << input.error().message;
  EXPECT_NEAR(Ms(input->server.single.Time("median")), 60, 4);
  EXPECT_NEAR(Ms(input->server.batch_base.Time("value")), 80, 4);
  EXPECT_NEAR(Ms(input->server.batch_per_item), 0.5, 0.1);
  EXPECT_NEAR(input->server.jitter->Number("cv"), 0.1, 0.02);
  EXPECT_THAT(input->warnings, IsEmpty());
}

TEST(ServiceTimingsTest, OfALogOnlyAnsweredBatchesCount) {
  const std::string header = "batch,endpoint,entries,outcome,attempted_ns,answered_ns\n";
  const std::string rows =
      "0,batch,2,value,0,81000000\n1,batch,50,value,100,105000100\n2,batch,100,value,0,130000000\n";
  const ServiceInput input = Read(header + rows + "3,batch,900,timeout,5,5\n");
  EXPECT_EQ(input.largest_measured, 100);
  EXPECT_THAT(ErrorOf(header + rows + "3,batch,9,value,5,4\n"),
              HasSubstr("sizes.csv:5: found \"3,batch,9,value,5,4\", wanted whole nanoseconds"));
  EXPECT_THAT(ErrorOf(header + "3,pipe,9,value,5,7\n"), HasSubstr("wanted single or batch"));
}

}  // namespace
}  // namespace bench
