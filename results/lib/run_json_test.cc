#include "results/lib/run_json.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

RunReport Example() {
  const Summary summary = Summarise(MakeLedger(10), {});
  return {.scenario_json = R"({"name": "example", "seed": 1})",
          .seed = 1,
          .engine = "sim",
          .verdict = Judge(summary, {.virtual_time = true}),
          .summary = summary,
          .fingerprint = 0xabc,
          .build = {.version = "0.1.0", .commit = "c0ffee", .compiler = "GNU", .flags = "-O2"}};
}

TEST(RunJsonTest, HoldsTheRun) {
  const json run = json::parse(RunJson(Example()).value());
  EXPECT_EQ(run["schema_version"], 1);
  EXPECT_EQ(run["engine"], "sim");
  EXPECT_EQ(run["seed"], 1);
  EXPECT_EQ(run["interrupted"], false);
  EXPECT_EQ(run["scenario"]["name"], "example");
  EXPECT_EQ(run["verdict"]["status"], "VALID");
  EXPECT_EQ(run["verdict"]["margin_ms"], 0.0);
  EXPECT_EQ(run["summary"]["calls"], 10);
  EXPECT_EQ(run["summary"]["requests_saved"], -1.0);
  EXPECT_EQ(run["summary"]["outcomes"]["value"], 10);
  EXPECT_EQ(run["summary"]["latency_ms"]["p50"], 5.0);
  EXPECT_EQ(run["fingerprint"], "0000000000000abc");
  EXPECT_EQ(run["build"]["commit"], "c0ffee");
  EXPECT_EQ(run["machine"], "machine.json");
}

TEST(RunJsonTest, WritesCountsAsWholeNumbers) {
  const json run = json::parse(RunJson(Example()).value());
  EXPECT_TRUE(run["summary"]["calls"].is_number_unsigned());
  EXPECT_TRUE(run["summary"]["calls_per_batch"]["max"].is_number_unsigned());
  EXPECT_TRUE(run["summary"]["latency_ms"]["p50"].is_number_float());
}

TEST(RunJsonTest, WritesMillisecondsToTheNanosecond) {
  RunReport report = Example();
  report.summary.latency.p50 = 123'456'789ns;
  EXPECT_THAT(RunJson(report).value(), testing::HasSubstr("\"p50\": 123.456789,"));
}

TEST(RunJsonTest, IsNullWhereTheRunHasNoSuchThing) {
  RunReport report = Example();
  report.fingerprint.reset();
  const json run = json::parse(RunJson(report).value());
  EXPECT_TRUE(run["summary"]["burst_completion_ms"].is_null());
  EXPECT_TRUE(run["summary"]["server_delay_error_ms"].is_null());
  EXPECT_TRUE(run["fingerprint"].is_null());
}

TEST(RunJsonTest, NamesTheQuantilesThatLackEvidenceBesideTheNumbers) {
  const json run = json::parse(RunJson(Example()).value());
  EXPECT_TRUE(run["summary"]["latency_ms"]["p99"].is_number());
  const json evidence = run["evidence"]["latency_ms"];
  EXPECT_EQ(evidence["had"], 10);
  EXPECT_EQ(evidence["of"], "batches");
  EXPECT_EQ(evidence["needed"]["p99"], 460);
  EXPECT_EQ(evidence["lacking"], (json{"p90", "p99", "p999"}));
}

TEST(RunJsonTest, TellsWhatTheWaitBoughtAndWhatWasFound) {
  RunReport report = Example();
  EXPECT_TRUE(json::parse(RunJson(report).value())["waiting"].is_null());
  EXPECT_EQ(json::parse(RunJson(report).value())["findings"], json::array());
  report.waiting = {.mean_linger = 3ms,
                    .batches = 5,
                    .value = {.steps = {{.window = 4ms, .batches = 5}}, .share = 0.95}};
  report.findings = {{.name = "quota", .sentence = "It is used up."}};
  const json run = json::parse(RunJson(report).value());
  EXPECT_EQ(run["waiting"]["mean_linger_ms"], 3.0);
  EXPECT_EQ(run["waiting"]["share"], 0.95);
  EXPECT_EQ(run["waiting"]["steps"], (json{{{"window_ms", 4.0}, {"batches", 5}}}));
  EXPECT_EQ(run["findings"], (json{{{"name", "quota"}, {"sentence", "It is used up."}}}));
}

TEST(RunJsonTest, IsTheSameTextForTheSameRun) {
  EXPECT_EQ(RunJson(Example()).value(), RunJson(Example()).value());
}

TEST(RunJsonTest, KeepsTheOrderOfTheScenario) {
  RunReport report = Example();
  report.scenario_json = R"({"b": 1, "a": 2})";
  const std::string text = RunJson(report).value();
  EXPECT_LT(text.find("\"b\": 1"), text.find("\"a\": 2"));
}

TEST(RunJsonTest, RefusesAScenarioThatIsNotJson) {
  RunReport report = Example();
  report.scenario_json = "{";
  EXPECT_FALSE(RunJson(report));
}

TEST(RunJsonTest, SurvivesTextThatIsNotUtf8) {
  RunReport report = Example();
  report.verdict.reasons = {"bad \xff byte"};
  EXPECT_TRUE(json::accept(RunJson(report).value()));
}

}  // namespace
}  // namespace results
