#include "scenarios/load.h"

#include <gtest/gtest.h>

#include "batcher/base/test_folder.h"
#include "scenarios/break_even.h"

namespace scenarios {
namespace {

using namespace std::chrono_literals;

// What is wrong with a scenario of that text, less the name of the source; or "read".
std::string Problem(std::string_view text) {
  const auto scenario = ParseScenario(text, "excel.json");
  const std::string source = "excel.json: ";
  if (scenario) {
    return "read";
  }
  EXPECT_EQ(scenario.error().message.substr(0, source.size()), source);
  return scenario.error().message.substr(source.size());
}

TEST(LoadTest, SingleBelowMayBeWorkedOutFromTheRestOfTheFile) {
  // A batch is there after 1 s; of calls that leave each 200 ms the last of 6 is later than that.
  const char* const text = R"({"batcher": {"single_below": "auto"},
      "client": {"poll": {"kind": "fixed", "every": "1s"}, "rate_limit": {"rate": "5/s", "burst": 1}},
      "server": {"single": "60ms", "batch": {"base": "900ms", "per_item": "0ms"}}})";
  EXPECT_EQ(ParseScenario(text, "s.json")->batcher.single_below, 6U);
  EXPECT_EQ(ParseScenario(text, "s.json", {"server.batch.base=1900ms"})->batcher.single_below, 11U);
  EXPECT_EQ(ParseScenario(text, "s.json", {"batcher.max_items=5"})->batcher.single_below, 6U)
      << "no batch of up to five is sooner: all go singly";
  EXPECT_EQ(ParseScenario("{}", "s.json", {"batcher.single_below=auto"})->batcher.single_below,
            BreakEven(Scenario{}));
  EXPECT_EQ(Problem(R"({"batcher": {"single_below": "some"}})"),
            "batcher.single_below: found \"some\", wanted a whole number or \"auto\"");
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": "auto"}})"),
            "batcher.max_items: found \"auto\", wanted a whole number");
}

TEST(ParseScenarioTest, EveryFieldHasADefault) {
  const auto scenario = ParseScenario("{}", "folder/excel.json");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->name, "excel");
  EXPECT_EQ(scenario->arrivals.kind(), "poisson");
  EXPECT_DOUBLE_EQ(scenario->arrivals.Number("rate"), 200);
  EXPECT_EQ(scenario->arrivals.Count("count"), 1000U);
  EXPECT_EQ(scenario->keys.kind(), "sequential");
  EXPECT_EQ(scenario->batcher.policy.kind(), "window");
  EXPECT_EQ(scenario->batcher.max_in_flight, 4U);
  EXPECT_EQ(scenario->client.timeout, 30s);
  EXPECT_EQ(scenario->server.workers, 8U);
  EXPECT_TRUE(scenario->slo.empty());
  EXPECT_EQ(scenario->seed, 1U);
}

TEST(ParseScenarioTest, ReadsEverySection) {
  const auto scenario = ParseScenario(R"({
    "name": "n", "description": "d",
    "arrivals": {"kind": "constant", "rate": "90/m", "for": "1.5s"},
    "keys": {"kind": "zipf", "distinct": 7, "exponent": 0.5},
    "calls": {"deadline": "300ms", "cancel_after": "1.5s"},
    "batcher": {"policy": {"kind": "tick", "period": "50ms", "awaits": false}, "single_below": 3,
                "max_items": 250, "max_bytes": 5000, "max_in_flight": null, "max_queued": 9,
                "overflow": "shed_oldest", "dedup": false, "join_in_flight": true},
    "client": {"poll": {"kind": "fixed", "every": "70ms"}, "retries": 0, "backoff": "1ms", "isolation_requests": 20,
               "timeout": "2m", "attempt_timeout": "3s", "max_connections": 5,
               "rate_limit": {"rate": "5/s", "burst": 2}, "min_poll": "10ms",
               "cost": {"per_request": "20us", "per_item": "80ns"}, "rtt": "30ms",
               "timer_lag": "92us"},
    "server": {"single": {"kind": "lognormal", "median": "60ms", "p99": "250ms"},
               "batch": {"base": "81ms", "per_item": "0", "jitter": {"kind": "lognormal", "cv": 0.2}},
               "batch_mode": "immediate", "workers": null,
               "rate_limit": {"rate": "36/h", "burst": 1, "counts_polls": false, "retry_after": "2s"},
               "quota": 3000, "unknown_id": 410, "empty_batch": 202, "faults": []},
    "slo": ["latency.p99 <= 300ms", "requests_saved >= 0.9"],
    "seed": 18})",
                                      "s.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->name, "n");
  EXPECT_EQ(scenario->description, "d");
  EXPECT_DOUBLE_EQ(scenario->arrivals.Number("rate"), 1.5);
  EXPECT_EQ(scenario->arrivals.Time("for"), 1500ms);
  EXPECT_EQ(scenario->keys.Count("distinct"), 7U);
  EXPECT_DOUBLE_EQ(scenario->keys.Number("exponent"), 0.5);
  EXPECT_EQ(scenario->seed, 18U);
  ASSERT_EQ(scenario->slo.size(), 2U);
  EXPECT_EQ(scenario->slo[1].quantity, "requests_saved");

  EXPECT_EQ(scenario->calls.deadline, 300ms);
  EXPECT_EQ(scenario->calls.cancel_after, 1500ms);
  const batcher::QueueOptions& queue = scenario->batcher;
  EXPECT_EQ(queue.policy.Time("period"), 50ms);
  EXPECT_DOUBLE_EQ(queue.policy.Number("awaits"), 0);
  EXPECT_EQ(queue.single_below, 3U);
  EXPECT_EQ(queue.max_items, 250U);
  EXPECT_EQ(queue.max_bytes, 5000U);
  EXPECT_EQ(queue.max_in_flight, std::nullopt);
  EXPECT_EQ(queue.max_queued, 9U);
  EXPECT_EQ(queue.overflow, batcher::Overflow::kShedOldest);
  EXPECT_FALSE(queue.dedup);
  EXPECT_TRUE(queue.join_in_flight);

  const batcher::WireOptions& wire = scenario->client;
  EXPECT_EQ(wire.poll.Time("every"), 70ms);
  EXPECT_EQ(wire.retries, 0U);
  EXPECT_EQ(wire.backoff, 1ms);
  EXPECT_EQ(wire.timeout, 2min);
  EXPECT_EQ(wire.attempt_timeout, 3s);
  EXPECT_EQ(wire.max_connections, 5U);
  ASSERT_TRUE(wire.rate_limit);
  EXPECT_DOUBLE_EQ(wire.rate_limit->burst, 2);
  EXPECT_EQ(wire.min_poll, 10ms);
  EXPECT_EQ(wire.cost.per_request, 20us);
  EXPECT_EQ(wire.cost.per_item, 80ns);
  EXPECT_EQ(scenario->rtt, 30ms);
  EXPECT_EQ(scenario->timer_lag, 92us);

  const mock_server::ServiceOptions& server = scenario->server;
  EXPECT_EQ(server.single.Time("p99"), 250ms);
  EXPECT_EQ(server.batch_base.kind(), "constant");
  EXPECT_EQ(server.batch_base.Time("value"), 81ms);
  EXPECT_EQ(server.batch_per_item, 0ms);
  ASSERT_TRUE(server.jitter);
  EXPECT_DOUBLE_EQ(server.jitter->Number("cv"), 0.2);
  EXPECT_EQ(server.batch_mode, mock_server::BatchMode::kImmediate);
  EXPECT_EQ(server.workers, std::nullopt);
  ASSERT_TRUE(server.rate_limit);
  EXPECT_DOUBLE_EQ(server.rate_limit->rate_per_second, 0.01);
  EXPECT_FALSE(server.rate_limit->counts_polls);
  EXPECT_EQ(server.rate_limit->retry_after, 2s);
  EXPECT_EQ(server.quota, 3000U);
  EXPECT_EQ(server.unknown_id_status, 410);
  EXPECT_EQ(server.empty_batch_status, 202);
}

TEST(ParseScenarioTest, AnUnknownFieldIsNamedWithWhatIsAllowed) {
  EXPECT_EQ(Problem(R"({"batcher": {"policy": {"kind": "window", "windw": "10ms"}}})"),
            "batcher.policy.windw: unknown field; allowed: kind, window");
  EXPECT_EQ(
      Problem(R"({"nam": "x"})"),
      "nam: unknown field; allowed: name, description, arrivals, keys, calls, batcher, client, "
      "server, slo, seed");
  EXPECT_EQ(
      Problem(R"({"server": {"rate_limit": {"rte": 1}}})"),
      "server.rate_limit.rte: unknown field; allowed: rate, burst, counts_polls, retry_after");
}

TEST(ParseScenarioTest, AnUnknownKindIsNamedWithTheKindsThereAre) {
  EXPECT_EQ(Problem(R"({"batcher": {"policy": {"kind": "windo"}}})"),
            "batcher.policy.kind: found \"windo\", wanted one of unbatched, tick, window, natural, "
            "linger, quiet, count, balance, balance_random");
  EXPECT_EQ(Problem(R"({"arrivals": {"kind": 5}})"),
            "arrivals.kind: found 5, wanted one of constant, poisson, on_off, pareto, empirical, "
            "ramp, diurnal, burst, trace, closed, mix");
  EXPECT_EQ(Problem(R"({"server": {"batch_mode": "Pending"}})"),
            "server.batch_mode: found \"Pending\", wanted one of pending, immediate");
  EXPECT_EQ(Problem(R"({"batcher": {"overflow": "shed"}})"),
            "batcher.overflow: found \"shed\", wanted one of reject, shed_oldest");
  EXPECT_EQ(Problem(R"({"calls": {"deadline": "0s"}})"),
            "calls.deadline: found \"0s\", wanted a duration with a unit, such as \"20ms\", at "
            "least 1ns");
}

TEST(ParseScenarioTest, AWrongTypeIsShownWithWhatIsWanted) {
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": "250"}})"),
            "batcher.max_items: found \"250\", wanted a whole number");
  EXPECT_EQ(Problem(R"({"batcher": {"dedup": 1}})"),
            "batcher.dedup: found 1, wanted true or false");
  EXPECT_EQ(Problem(R"({"client": {"timeout": 30}})"),
            "client.timeout: found 30, wanted a duration with a unit, such as \"20ms\"");
  EXPECT_EQ(Problem(R"({"name": null})"), "name: found null, wanted a text");
  EXPECT_EQ(Problem(R"({"batcher": []})"), "batcher: found an empty list, wanted an object");
  EXPECT_EQ(Problem(R"({"batcher": {"policy": "window"}})"),
            "batcher.policy: found \"window\", wanted an object");
  EXPECT_EQ(Problem("[1]"), "found a list, wanted an object");
  EXPECT_EQ(
      Problem(R"({"slo": "latency.p99 <= 1s"})"),
      "slo: found \"latency.p99 <= 1s\", wanted a list of texts such as \"latency.p99 <= 300ms\"");
  EXPECT_EQ(Problem(R"({"slo": ["calls > 1", 5]})"),
            "slo[1]: found 5, wanted a text such as \"latency.p99 <= 300ms\"");
}

TEST(ParseScenarioTest, ALongValueIsShownShortened) {
  EXPECT_EQ(Problem(R"({"name": "a", "seed": ")" + std::string(1000, 'x') + "\"}"),
            "seed: found \"" + std::string(59, 'x') + "..., wanted a whole number");
}

TEST(ParseScenarioTest, ADurationNeedsAUnitAndIsNotNegative) {
  const std::string wanted =
      " is not a duration: wanted a number of at least 0 with a unit, such as \"20ms\" (ns, us, "
      "ms, s, m, "
      "h)";
  EXPECT_EQ(Problem(R"({"client": {"timeout": "-5s"}})"), "client.timeout: \"-5s\"" + wanted);
  EXPECT_EQ(Problem(R"({"batcher": {"policy": {"kind": "window", "window": "10"}}})"),
            "batcher.policy.window: \"10\"" + wanted);
  EXPECT_EQ(Problem(R"({"server": {"single": "60"}})"), "server.single: \"60\"" + wanted);
}

TEST(ParseScenarioTest, NumbersHaveTheirRanges) {
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": 1}})"), "read");
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": 0}})"),
            "batcher.max_items: found 0, wanted a whole number, at least 1");
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": 2.5}})"),
            "batcher.max_items: found 2.5, wanted a whole number");
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": -1}})"),
            "batcher.max_items: found -1, wanted a whole number, at least 1");
  EXPECT_EQ(Problem(R"({"client": {"timeout": "1ns"}})"), "read");
  EXPECT_EQ(
      Problem(R"({"client": {"timeout": "0ms"}})"),
      "client.timeout: found \"0ms\", wanted a duration with a unit, such as \"20ms\", at least "
      "1ns");
  EXPECT_EQ(Problem(R"({"server": {"unknown_id": 600}})"),
            "server.unknown_id: found 600, wanted a whole number, at most 599");
  EXPECT_EQ(Problem(R"({"seed": 9007199254740992})"), "read");
  EXPECT_EQ(Problem(R"({"client": {"poll": {"kind": "expected", "per_item": "1ms"}}})"),
            "client.poll: found per_item alone, wanted base with it");
  EXPECT_EQ(Problem(R"({"seed": 9007199254740994})"),
            "seed: found 9007199254740994, wanted a whole number, at most 9007199254740992");
}

TEST(ParseScenarioTest, NullIsRefusedWhereAValueIsNeeded) {
  EXPECT_EQ(Problem(R"({"batcher": {"max_in_flight": null, "max_bytes": null}})"), "read");
  EXPECT_EQ(Problem(R"({"client": {"rate_limit": null}, "server": {"batch": {"jitter": null}}})"),
            "read");
  EXPECT_EQ(Problem(R"({"batcher": {"max_items": null}})"),
            "batcher.max_items: found null, wanted a whole number");
  EXPECT_EQ(Problem(R"({"client": null})"), "client: found null, wanted an object");
}

TEST(ParseScenarioTest, AFieldWithoutADefaultMustBeGiven) {
  EXPECT_EQ(Problem(R"({"arrivals": {"kind": "trace"}})"),
            "arrivals.file: missing, wanted the path of a file");
  EXPECT_EQ(Problem(R"({"keys": {"kind": "file", "file": ""}})"),
            "keys.file: found \"\", wanted the path of a file");
  EXPECT_EQ(Problem(R"({"server": {"single": {"kind": "uniform", "min": "1ms"}}})"),
            "server.single.max: missing, wanted a duration with a unit, such as \"20ms\"");
}

TEST(ParseScenarioTest, FieldsThatDontFitTogetherAreRefused) {
  EXPECT_EQ(Problem(R"({"server": {"single": {"kind": "uniform", "min": "5ms", "max": "1ms"}}})"),
            "server.single: max (1ms) is below min (5ms)");
}

TEST(ParseScenarioTest, FaultsAreAListOfKinds) {
  EXPECT_EQ(Problem(R"({"server": {"faults": []}})"), "read");
  const auto scenario = ParseScenario(R"({"server": {"faults": [
      {"kind": "status", "status": 429, "retry_after": "2s", "rate": 0.02, "on": ["poll", "single"],
       "from": "5s", "for": "2s", "every": "30s"},
      {"kind": "missing_item", "on": ["poll"]},
      {"kind": "refused", "from": "1s", "for": "500ms"}]}})",
                                      "s.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  const std::vector<batcher::Choice>& faults = scenario->server.faults;
  ASSERT_EQ(faults.size(), 3U);
  EXPECT_EQ(faults[0].kind(), "status");
  EXPECT_EQ(faults[0].Count("status"), 429U);
  EXPECT_EQ(faults[0].Time("retry_after"), 2s);
  EXPECT_EQ(faults[0].Number("html"), 0);
  EXPECT_DOUBLE_EQ(faults[0].Number("rate"), 0.02);
  EXPECT_EQ(faults[0].Count("on"), 0b101U) << "of single, submit, poll";
  EXPECT_EQ(faults[0].Time("every"), 30s);
  EXPECT_EQ(faults[1].Count("on"), 0b10U) << "of submit, poll";
  EXPECT_DOUBLE_EQ(faults[1].Number("rate"), 1);
  EXPECT_FALSE(faults[1].Has("for"));
  EXPECT_EQ(faults[2].Time("for"), 500ms);
}

TEST(ParseScenarioTest, WrongFaultsAreNamedByTheirPlaceInTheList) {
  const auto problem = [](const std::string& fault) {
    return Problem(R"({"server": {"faults": [{"kind": "hang"}, )" + fault + "]}}");
  };
  EXPECT_EQ(Problem(R"({"server": {"faults": {"kind": "hang"}}})"),
            "server.faults: found an object, wanted a list of objects, each with a kind");
  EXPECT_EQ(problem(R"({"kind": "drop"})"),
            "server.faults[1].kind: found \"drop\", wanted one of status, refused, reset, closed, "
            "hang, cut, drip, garbage, truncated, missing_item, extra_item, duplicate_item, "
            "reordered_items, wrong_text, lost_job, never_ready, no_id");
  EXPECT_EQ(problem(R"({"rate": 1})").substr(0, 45),
            "server.faults[1].kind: missing, wanted one of");
  EXPECT_EQ(problem(R"("hang")"), "server.faults[1]: found \"hang\", wanted an object");
  EXPECT_EQ(problem(R"({"kind": "hang", "rate": 1.5})"),
            "server.faults[1].rate: found 1.5, wanted a number, at most 1");
  EXPECT_EQ(problem(R"({"kind": "status", "status": 200})"),
            "server.faults[1].status: found 200, wanted a whole number, at least 400");
  EXPECT_EQ(problem(R"({"kind": "hang", "on": ["poll", "pol"]})"),
            "server.faults[1].on: found \"pol\", wanted a list of some of single, submit, poll");
  EXPECT_EQ(problem(R"({"kind": "hang", "on": []})"),
            "server.faults[1].on: found an empty list, wanted a list of some of single, submit, "
            "poll");
  EXPECT_EQ(problem(R"({"kind": "hang", "on": "poll"})"),
            "server.faults[1].on: found \"poll\", wanted a list of some of single, submit, poll");
  EXPECT_EQ(problem(R"({"kind": "hang", "on": ["poll", "poll"]})"),
            "server.faults[1].on: found \"poll\" twice, wanted a list of some of single, submit, "
            "poll");
  EXPECT_EQ(problem(R"({"kind": "missing_item", "on": ["single"]})"),
            "server.faults[1].on: found \"single\", wanted a list of some of submit, poll");
  EXPECT_EQ(problem(R"({"kind": "lost_job", "on": ["poll"]})"),
            "server.faults[1].on: unknown field; allowed: kind, rate, from, for, every");
  EXPECT_EQ(problem(R"({"kind": "refused", "rate": 0.5})"),
            "server.faults[1].rate: unknown field; allowed: kind, from, for, every");
  EXPECT_EQ(problem(R"({"kind": "hang", "every": "1s"})"),
            "server.faults[1]: found every alone, wanted for with it");
  EXPECT_EQ(problem(R"({"kind": "hang", "for": "2s", "every": "1s"})"),
            "server.faults[1]: every (1s) is below for (2s)");
}

TEST(ParseScenarioTest, AFieldGivenTwiceIsRefused) {
  EXPECT_EQ(Problem(R"({"seed": 1, "batcher": {"dedup": true, "dedup": false}})"),
            "batcher.dedup: given twice");
}

TEST(ParseScenarioTest, ASyntaxErrorHasLineAndColumn) {
  EXPECT_EQ(Problem("{\n  \"seed\": 1,\n}").substr(0, 30), "line 3, column 1: syntax error");
}

TEST(ParseScenarioTest, TheKindMayBeLeftOutWhereItIsTheDefaultOne) {
  const auto scenario = ParseScenario(R"({"batcher": {"policy": {"window": "25ms"}}})", "s.json");
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->batcher.policy.kind(), "window");
  EXPECT_EQ(scenario->batcher.policy.Time("window"), 25ms);
}

TEST(ParseScenarioTest, FilesAreRelativeToTheFolderOfTheSource) {
  const std::string text = R"({"keys": {"kind": "file", "file": "../a/keys.txt"}})";
  EXPECT_EQ(ParseScenario(text, "/x/y/s.json")->keys.Text("file"), "/x/a/keys.txt");
  EXPECT_EQ(ParseScenario(text, "y/s.json")->keys.Text("file"),
            (std::filesystem::current_path() / "a/keys.txt").string());
  EXPECT_EQ(ParseScenario(R"({"keys": {"kind": "file", "file": "/k.txt"}})", "/x/s.json")
                ->keys.Text("file"),
            "/k.txt");
}

TEST(LoadScenarioTest, AMissingFileIsNamed) {
  EXPECT_EQ(LoadScenario("/nowhere/excel.json").error().message,
            "/nowhere/excel.json: can't be opened: No such file or directory");
  EXPECT_EQ(LoadScenario("/tmp").error().message, "/tmp: found a folder, wanted a file");
}

TEST(LoadScenarioTest, AnEndlessFileIsRefused) {
  EXPECT_EQ(LoadScenario("/dev/zero").error().message,
            "/dev/zero: found a larger file, wanted at most 64 MB");
}

}  // namespace
}  // namespace scenarios
