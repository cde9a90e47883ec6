// Goal: a fault on purpose is the same in virtual time and over HTTP: callers see the same, the
// batcher sends the same, the service logs the same.
// Method: scenarios whose batches do not hang on the speed of the machine (a burst that fills
// batches, calls one by one) and whose service is quick beside the pauses between polls meet each
// kind of fault in both worlds, always and half of the time, through the single and through the
// batch endpoint, where batches are polled for and where they are answered at once. Compared are
// the outcome of each call, the attempts and the status of each batch, and what was injected.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "bench/drive_http.h"
#include "bench/simulate.h"
#include "mock_server/fault_kinds.h"
#include "mock_server/geocoder.h"
#include "results/lib/violations.h"
#include "scenarios/keys.h"
#include "scenarios/load.h"

namespace {

using batcher::Outcome;
using mock_server::FaultKind;

enum class Endpoint { kSingle, kPolled, kImmediate };

struct Case {
  FaultKind kind = FaultKind::kStatus;
  std::string more;  // further fields of the fault
  Endpoint endpoint = Endpoint::kSingle;
};

std::string NameOf(const Case& one) {
  std::string name(Name(one.kind));
  for (const char c : one.more) {
    const bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    name += word ? std::string(1, c) : "";
  }
  return name + (one.endpoint == Endpoint::kSingle   ? "_single"
                 : one.endpoint == Endpoint::kPolled ? "_polled"
                                                     : "_immediate");
}

// Whether the client may repeat a poll at once, where its connection was used before: which one
// that is must not hang on the machine, so there is one batch at a time.
bool IsRepeatedAtOnce(FaultKind kind) {
  return kind == FaultKind::kReset || kind == FaultKind::kClosed;
}

// 20 calls at once, in batches of 5 or one by one.
std::string ScenarioText(const Case& one, const std::string& client) {
  const std::string policy = one.endpoint == Endpoint::kSingle
                                 ? R"({"kind": "unbatched"})"
                                 : R"({"kind": "window", "window": "20s"})";
  const std::string slots = IsRepeatedAtOnce(one.kind) ? "1" : "null";
  const std::string mode = one.endpoint == Endpoint::kPolled ? "pending" : "immediate";
  const std::string fault = R"({"kind": ")" + std::string(Name(one.kind)) + '"' +
                            (one.more.empty() ? "" : ", ") + one.more + "}";
  return R"({"arrivals": {"kind": "burst", "size": 20}, "batcher": {"max_items": 5, "policy": )" +
         policy + R"(, "max_in_flight": )" + slots + R"(}, "client": {"backoff": "5ms", )" +
         client + R"(, "poll": {"kind": "fixed", "every": "20ms"}}, "server": {"batch_mode": ")" +
         mode +
         R"(", "single": "1ms", "batch": {"base": "1ms", "per_item": "0ms"}, "workers": null,
            "faults": [)" +
         fault + R"(]}, "seed": 3})";
}

scenarios::Scenario Parse(const std::string& text) {
  const auto scenario = scenarios::ParseScenario(text, "twin.json");
  EXPECT_TRUE(scenario) << scenario.error().message << "\n" << text;
  return scenario ? *scenario : scenarios::Scenario();
}

// What must be equal of a call, and of a batch.
using Seen = std::tuple<std::uint64_t, Outcome, std::uint64_t>;
using Sent = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::int32_t, Outcome>;

std::vector<Seen> SeenIn(const bench::RunResult& run) {
  std::vector<Seen> seen;
  for (const batcher::CallRecord& call : run.ledger.calls) {
    seen.emplace_back(call.call, call.outcome, call.batch);
  }
  return seen;
}

std::vector<Sent> SentIn(const bench::RunResult& run) {
  std::vector<Sent> sent;
  for (const batcher::BatchRecord& batch : run.ledger.batches) {
    sent.emplace_back(batch.first_call, batch.attempts, batch.accepted, batch.status,
                      batch.outcome);
  }
  return sent;
}

// But for the one about its log, which a simulated run has none of.
std::vector<std::string> NotesOf(const bench::RunResult& run) {
  std::vector<std::string> notes = run.notes;
  std::erase_if(notes, [](const std::string& note) {
    return note.find("the log names the first") != std::string::npos;
  });
  return notes;
}

void ExpectTwins(const scenarios::Scenario& scenario) {
  const auto simulated = bench::Simulate(scenario, {});
  ASSERT_TRUE(simulated) << simulated.error().message;
  const auto measured = bench::DriveHttp(scenario, {}, {});
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(simulated->ledger.calls.size(), measured->submitted);
  EXPECT_EQ(SeenIn(*simulated), SeenIn(*measured));
  EXPECT_EQ(SentIn(*simulated), SentIn(*measured));
  ASSERT_TRUE(simulated->faults && measured->faults);
  EXPECT_EQ(simulated->faults->counts, measured->faults->counts);
  EXPECT_EQ(simulated->faults->half_credits_lost, measured->faults->half_credits_lost);
  EXPECT_EQ(simulated->refused, measured->refused);
  EXPECT_EQ(NotesOf(*simulated), NotesOf(*measured));
}

class FaultsTwinTest : public ::testing::TestWithParam<Case> {};

// Every request that the fault can hit, so that calls fail; then half of them, so that most are
// answered after a retry.
TEST_P(FaultsTwinTest, CallersSeeTheSameInBothWorlds) {
  Case one = GetParam();
  const std::string patience = one.kind == FaultKind::kHang         ? R"("attempt_timeout": "2s")"
                               : one.kind == FaultKind::kNeverReady ? R"("timeout": "2s")"
                                                                    : R"("timeout": "60s")";
  const std::string more = one.more;
  for (const char* rate : {"1", "0.5"}) {
    SCOPED_TRACE(rate);
    one.more = more + (more.empty() ? "" : ", ") + R"("rate": )" + rate;
    ExpectTwins(Parse(ScenarioText(one, patience)));
  }
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  const auto add = [&](FaultKind kind, const std::vector<std::string>& variants,
                       const std::vector<Endpoint>& endpoints) {
    for (const std::string& more : variants) {
      for (const Endpoint endpoint : endpoints) {
        cases.push_back({.kind = kind, .more = more, .endpoint = endpoint});
      }
    }
  };
  const std::vector<Endpoint> all = {Endpoint::kSingle, Endpoint::kPolled, Endpoint::kImmediate};
  const std::vector<Endpoint> batch = {Endpoint::kPolled, Endpoint::kImmediate};
  const std::vector<std::string> plain = {""};
  const std::string on_polls = R"("on": ["poll"])";
  add(FaultKind::kStatus,
      {R"("status": 400)", R"("status": 401)", R"("status": 429)", R"("status": 500)",
       R"("status": 502, "html": true)"},
      all);
  add(FaultKind::kStatus, {R"("status": 429, "retry_after": "1s")"}, {Endpoint::kSingle});
  add(FaultKind::kStatus, {R"("status": 404, "on": ["poll"])"}, {Endpoint::kPolled});
  for (const FaultKind kind : {FaultKind::kReset, FaultKind::kClosed, FaultKind::kCut,
                               FaultKind::kGarbage, FaultKind::kTruncated}) {
    add(kind, plain, all);
    add(kind, {on_polls}, {Endpoint::kPolled});
  }
  add(FaultKind::kHang, plain, all);
  add(FaultKind::kDrip, {R"("over": "50ms")"}, all);
  for (const FaultKind kind : {FaultKind::kMissingItem, FaultKind::kExtraItem,
                               FaultKind::kDuplicateItem, FaultKind::kReorderedItems}) {
    add(kind, plain, batch);
  }
  add(FaultKind::kWrongText, plain, all);
  for (const FaultKind kind : {FaultKind::kLostJob, FaultKind::kNeverReady, FaultKind::kNoId}) {
    add(kind, plain, {Endpoint::kPolled});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(EachKind, FaultsTwinTest, ::testing::ValuesIn(Cases()),
                         [](const auto& one) { return NameOf(one.param); });

// Calls 800 ms apart; nobody listens from 1.2 s to 2.8 s.
TEST(FaultsTogetherTest, WhileNobodyListensCallsFailAndThenNoMore) {
  const scenarios::Scenario scenario = Parse(R"({
      "arrivals": {"kind": "constant", "rate": "1.25/s", "count": 5},
      "batcher": {"policy": {"kind": "unbatched"}},
      "client": {"retries": 0},
      "server": {"single": "1ms",
                 "faults": [{"kind": "refused", "from": "1200ms", "for": "1600ms"}]}})");
  ExpectTwins(scenario);
  const auto run = bench::Simulate(scenario, {});
  std::vector<Outcome> outcomes;
  for (const batcher::CallRecord& call : run->ledger.calls) {
    outcomes.push_back(call.outcome);
  }
  EXPECT_EQ(outcomes,
            (std::vector<Outcome>{Outcome::kValue, Outcome::kValue, Outcome::kFailedUnreachable,
                                  Outcome::kFailedUnreachable, Outcome::kValue}));
}

// What is under way when the service goes down is lost, be it that its answer takes long or hangs.
TEST(FaultsTogetherTest, RequestsUnderWayEndWhenTheServiceGoesDown) {
  for (const char* first : {R"({"kind": "hang"}, )", ""}) {
    ExpectTwins(Parse(R"({
        "arrivals": {"kind": "burst", "size": 3},
        "batcher": {"policy": {"kind": "unbatched"}},
        "client": {"retries": 0},
        "server": {"single": "20s", "faults": [)" +
                      std::string(first) + R"({"kind": "refused", "from": "1s"}]}})"));
  }
}

// What is asked before 1.2 s fails, then all goes well.
TEST(FaultsTogetherTest, AFaultEndsWhenItsTimeIsOver) {
  ExpectTwins(Parse(R"({
      "arrivals": {"kind": "constant", "rate": "1.25/s", "count": 4},
      "batcher": {"policy": {"kind": "unbatched"}},
      "client": {"retries": 0},
      "server": {"single": "1ms", "faults": [{"kind": "status", "for": "1200ms"}]}})"));
}

// A drip that is slower than the client is patient ends as a hang does.
TEST(FaultsTogetherTest, ADripBeyondThePatienceOfTheClientIsNoAnswer) {
  ExpectTwins(Parse(ScenarioText({.kind = FaultKind::kDrip, .more = R"("over": "20s")"},
                                 R"("attempt_timeout": "2s", "retries": 0)")));
}

// 40 calls meet many faults, each on a rate, so that one batch may meet several.
TEST(FaultsTogetherTest, ManyFaultsTogether) {
  ExpectTwins(Parse(R"({"arrivals": {"kind": "burst", "size": 40},
      "batcher": {"policy": {"kind": "window", "window": "20s"}, "max_items": 4,
                  "max_in_flight": null},
      "client": {"poll": {"kind": "fixed", "every": "20ms"}, "backoff": "5ms", "retries": 4},
      "server": {"workers": null, "batch": {"base": "1ms", "per_item": "0ms"}, "faults": [
          {"kind": "status", "status": 502, "html": true, "rate": 0.1},
          {"kind": "reset", "rate": 0.1, "on": ["submit"]}, {"kind": "cut", "rate": 0.1},
          {"kind": "garbage", "rate": 0.1}, {"kind": "missing_item", "rate": 0.2},
          {"kind": "wrong_text", "rate": 0.1}, {"kind": "lost_job", "rate": 0.1},
          {"kind": "no_id", "rate": 0.1}]}})"));
}

// The shipped scenario: 1,000 calls/s at a service that fails 5 % of the requests; in batches, and
// each by itself. Each call has one outcome, and a value is that of its own address. BATCHLAB_FOR
// sets how long it goes on.
void ExpectOneOutcomeOfEach(std::vector<std::string> overrides) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* const chosen = std::getenv("BATCHLAB_FOR");
  overrides.push_back(std::string("arrivals.for=") + (chosen != nullptr ? chosen : "2s"));
  const auto scenario =
      scenarios::LoadScenario(SCENARIOS_FOLDER "/failing-service.json", overrides);
  ASSERT_TRUE(scenario) << scenario.error().message;
  const auto keys = scenarios::OpenKeys(*scenario);
  ASSERT_TRUE(keys);
  std::map<std::uint64_t, int> answers;  // by call; told on one thread
  std::uint64_t values = 0;
  const auto run = bench::DriveHttp(
      *scenario,
      {.on_answer =
           [&](std::uint64_t call, const batcher::Answer<batcher::geoapify::Place>& answer) {
             ++answers[call];
             if (answer.outcome == Outcome::kValue) {
               ++values;
               const std::string address = keys->KeyText(call);  // sequential: that of its number
               const auto place = mock_server::Locate(address);
               ASSERT_TRUE(place && answer.value);
               EXPECT_EQ(answer.value->lat, place->lat) << address;
               EXPECT_EQ(answer.value->lon, place->lon) << address;
             }
           }},
      {});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(answers.size(), run->submitted);
  EXPECT_TRUE(std::ranges::all_of(answers, [](const auto& one) { return one.second == 1; }));
  EXPECT_GT(values, 0U);
  EXPECT_TRUE(run->violations.empty());
  EXPECT_EQ(results::Violations(run->ledger, run->submitted), std::vector<std::string>());
  ASSERT_TRUE(run->faults);
  EXPECT_FALSE(run->faults->done.empty());
  std::printf("%llu calls, %llu values, %zu faults\n",
              static_cast<unsigned long long>(run->submitted),
              static_cast<unsigned long long>(values), run->faults->done.size());
}

TEST(FaultsTogetherTest, EachOfAThousandCallsASecondGetsOneOutcomeAndNobodysAnswerButItsOwn) {
  ExpectOneOutcomeOfEach({});
}

TEST(FaultsTogetherTest, SoDoesEachWithoutBatches) {
  ExpectOneOutcomeOfEach({"batcher.policy.kind=unbatched", "batcher.max_in_flight=400",
                          "client.max_connections=400", "server.workers=null"});
}

}  // namespace
