// Goal: what tune has found is told in sentences that say it, and in the names of the dictionary.
// Method: an answer made by hand; the words that must follow from each of its parts.

#include "bench/tune_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "batcher/base/test_folder.h"
#include "bench/tune_comparison.h"
#include "bench/tune_emit.h"
#include "bench/tune_json.h"

namespace bench {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr results::TextStyle kPlain = {};

TuneKnobs Knobs() { return KnobsFor(scenarios::Scenario{}, {}, std::nullopt); }

Candidate Best() {
  Candidate best = StartOf(Knobs(), 110ms);
  best.single_below = 2;
  return best;
}

TuneInput LogInput() {
  TuneInput input{.knobs = Knobs()};
  input.calls = LoggedCalls{};
  input.headings = {{"calls.csv", "8,819 calls"}, {std::string(kCheckHeading), "no sign"}};
  input.service.emplace();
  input.service->largest_measured = 200;
  return input;
}

TuneAnswer Answer() {
  TuneAnswer answer{.chosen = {.saved = 0.37, .quantile_ms = 293, .linger_ms = 72},
                    .checked = {.saved = 0.39, .quantile_ms = 293}};
  answer.choice.best = Best();
  answer.choice.flat_from = 106ms;
  answer.choice.flat_to = 116ms;
  answer.saved_interval = {.low = 0.32, .high = 0.42};
  answer.quantile_interval = {.low = 293, .high = 293};
  answer.look.largest_batch = 12;
  for (const Candidate& row : ComparedWith(Knobs(), Best())) {
    answer.rows.push_back({.candidate = row, .label = LabelOf(row, Knobs())});
  }
  return answer;
}

std::string TextOf(const TuneAnswer& answer, const TuneInput& input = LogInput()) {
  return TuneText(input, answer, kPlain);
}

TEST(TuneTextTest, SaysWhatToUseAndWhatItBrings) {
  const std::string text = TextOf(Answer());
  EXPECT_THAT(text,
              HasSubstr("Use window 110 ms, send lone calls singly, poll at the expected time"));
  EXPECT_THAT(text, HasSubstr("Saves 37 % [32, 42] of HTTP requests, p99 293 ms (atom), holds a "
                              "call for 72.0 ms on average and 110 ms at most."));
  EXPECT_THAT(text, HasSubstr("on the rest: 39 %, p99 293 ms. It held."));
  EXPECT_THAT(text, HasSubstr("106 ms to 116 ms is within 2 points."));
  EXPECT_THAT(text, HasSubstr("<- recommended"));
}

TEST(TuneTextTest, ACheckThatFailsOrLacksEvidenceIsNotSaidToHold) {
  TuneAnswer answer = Answer();
  answer.checked.judged = {.standing = Standing::kLacksEvidence, .why = "needs 460 batches"};
  EXPECT_THAT(TextOf(answer), HasSubstr("Whether it held can't be told: needs 460 batches."));
  answer.held = false;
  answer.checked.judged = {.standing = Standing::kMisses, .why = "p99 310 ms"};
  EXPECT_THAT(TextOf(answer), HasSubstr("It did NOT hold: p99 310 ms."));
}

TEST(TuneTextTest, WhatNothingHoldsIsNotRecommended) {
  TuneAnswer answer = Answer();
  answer.choice.score.standing = Standing::kMisses;
  answer.chosen.judged.why = "3 ms over latency.p99 <= 290ms";
  answer.without.quantile_ms = 806;
  answer.held = false;
  answer.look.findings = {{.name = "slot_bound", .sentence = "calls wait for a slot"}};
  const std::string text = TextOf(answer);
  EXPECT_THAT(text, HasSubstr("Nothing holds the demands; the nearest is window 110 ms"));
  EXPECT_THAT(text, HasSubstr("3 ms over latency.p99 <= 290ms. Without batches: p99 806 ms."));
  EXPECT_THAT(text, HasSubstr("<- nearest"));
  EXPECT_THAT(text, Not(HasSubstr("<- recommended")));
  EXPECT_THAT(text, Not(HasSubstr("hold:"))) << "nobody said that it would";
  EXPECT_THAT(text, Not(HasSubstr("Finding"))) << "of a way that is not advised";
}

TEST(TuneTextTest, OfAPriceItSaysWhatTheChoiceLostAndWhatIsCounted) {
  using namespace std::chrono_literals;
  TuneAnswer answer = Answer();
  EXPECT_THAT(TextOf(answer), Not(HasSubstr("Regret")));
  answer.look.regret = results::Regret{.price = 20ms,
                                       .calls = 10,
                                       .run = {.batches = 4, .waiting = 20ms},
                                       .least = {.batches = 2, .waiting = 10ms}};
  EXPECT_THAT(
      TextOf(answer),
      HasSubstr("\nRegret  at 20ms a batch, 2.00 x the least cost: 4 batches and 2.00 ms of "
                "waiting a call, where 2 and 1.00 ms would do for who knows all calls "
                "beforehand; batches are counted here, while the choice was made by HTTP "
                "requests, polls among them\n"));
}

TEST(TuneTextTest, AnIntervalThatReachesBeyondTheDemandIsSaid) {
  TuneAnswer answer = Answer();
  answer.slo = {{.quantity = "latency.p99", .value = 300e6}};
  EXPECT_THAT(TextOf(answer), Not(HasSubstr("may miss")));
  answer.quantile_interval = {.low = 280, .high = 334};
  EXPECT_THAT(TextOf(answer), HasSubstr("It may miss latency.p99 <= 300ms: up to 334 ms."));
}

TuneInput PlanInput() {
  TuneInput input = LogInput();
  input.scenario.server.quota = 3000;
  return input;
}

TuneAnswer PlanAnswer() {
  TuneAnswer answer = Answer();
  answer.chosen.credits = 0.62;
  answer.without.unanswered = 0.25;  // for the quota
  answer.without.credits = 0.75;
  answer.rows[0].figures.credits = 1;
  return answer;
}

TEST(TuneTextTest, CreditsAreToldWhereThereIsAQuota) {
  const std::string text = TextOf(PlanAnswer(), PlanInput());
  EXPECT_THAT(text, HasSubstr("It takes 0.62 credits a call (1 without batches): 3,000 a day carry "
                              "4,800 calls, not 3,000.\n"));
  EXPECT_THAT(text, HasSubstr("credits/call"));
  EXPECT_THAT(TextOf(PlanAnswer()), Not(HasSubstr("credits"))) << "nobody counts them";
}

TEST(TuneTextTest, CreditsAreToldWithoutADayWhereThereIsARateLimitOrTheyAreTheGoal) {
  const char* const sentence = "It takes 0.62 credits a call (1 without batches).\n";
  TuneInput limited = LogInput();
  limited.scenario.client.rate_limit.emplace();
  EXPECT_THAT(TextOf(PlanAnswer(), limited), HasSubstr(sentence));
  TuneAnswer cheapest = PlanAnswer();
  cheapest.goal.kind = GoalKind::kCredits;
  EXPECT_THAT(TextOf(cheapest), HasSubstr(sentence));
}

TEST(TuneTextTest, TheBreakEvenIsToldWhereSeveralCallsGoSingly) {
  TuneInput input = LogInput();
  input.break_even = 17;
  TuneAnswer answer = Answer();
  EXPECT_THAT(TextOf(answer, input), Not(HasSubstr("one by one from")));
  answer.choice.best.single_below = 17;
  const std::string text = TextOf(answer, input);
  EXPECT_THAT(text, HasSubstr("send fewer than 17 calls singly"));
  EXPECT_THAT(text, HasSubstr("one by one from 17 addresses on.\n"));
}

TEST(TuneCandidateTest, TheBreakEvenIsTriedWhereItLiesBeyondTheUsualValues) {
  using testing::ElementsAre;
  EXPECT_THAT(Knobs().single_below, ElementsAre(2, 1, 3, 5));
  scenarios::Scenario plan;  // a call each 200 ms, batches that are polled for at 2 s
  plan.client.rate_limit = {.rate_per_second = 5, .burst = 1};
  plan.client.poll = batcher::FixedPoll(1s);
  plan.client.min_poll = 1s;
  plan.batcher.max_in_flight = std::nullopt;
  plan.server.batch_base = mock_server::ConstantLatency(1500ms);
  const TuneKnobs knobs = KnobsFor(plan, {}, std::nullopt);
  // Of fixed polls 11; of expected ones, which come when it is ready, 9.
  EXPECT_THAT(knobs.single_below, ElementsAre(2, 1, 3, 5, 4, 9, 11, 18, 22));
  EXPECT_EQ(knobs.polls.size(), 2U) << "none is sooner than min_poll: each 1 s is there already";
  EXPECT_THAT(KnobsFor(plan, {"batcher.single_below"}, std::nullopt).single_below, ElementsAre(2));
}

TEST(TuneTextTest, CallsThatWereGivenUpSaveNothing) {
  TuneAnswer answer = Answer();
  answer.rows[0].figures.saved = 0.83;
  answer.rows[0].figures.unanswered = 0.94;
  EXPECT_THAT(TextOf(answer), Not(HasSubstr("83 %")));
}

TEST(TuneTextTest, ATimerUpstreamIsNamedWithWhatAShorterWindowSaves) {
  TuneAnswer answer = Answer();
  answer.edge = TuneEdge{.timer = {.low = 96ms, .high = 101ms, .share = 0.12},
                         .window = 93ms,
                         .figures = {.saved = 0.3}};
  EXPECT_THAT(TextOf(answer),
              HasSubstr("At 93 ms saving drops to 30 %: the timer upstream of 96..101 ms."));
}

TEST(TuneTextTest, SizesThatWereNeverTimedAreMarked) {
  EXPECT_THAT(TextOf(Answer()),
              HasSubstr("no sign; the largest batch, 12, is within the sizes timed"));
  TuneAnswer answer = Answer();
  answer.look.largest_batch = 300;
  EXPECT_THAT(TextOf(answer),
              HasSubstr("batches of up to 300 are guessed: none above 200 was timed"));
}

TEST(TuneTextTest, FindingsAndTheWorthOfWaitingComeBelowTheTable) {
  TuneAnswer answer = Answer();
  answer.look.findings = {{.name = "slot_bound", .sentence = "calls wait for a slot"}};
  answer.look.waiting = results::Waiting{};
  const std::string text = TextOf(answer);
  EXPECT_GT(text.find("\nFinding calls wait for a slot\n"), text.find("<- recommended"));
  EXPECT_THAT(text, HasSubstr("\nWaiting "));
}

TEST(TuneTextTest, NotToBatchIsSaidWithItsReason) {
  TuneAnswer answer = Answer();
  answer.do_not_batch = "polls cost more than batches save";
  const std::string text = TextOf(answer);
  EXPECT_THAT(text, HasSubstr("Do not batch here: polls cost more than batches save."));
  EXPECT_THAT(text, Not(HasSubstr("Use window")));
}

TEST(TuneComparisonTest, EachTurnChangesOneKnobAndTheLastIsTheBest) {
  const auto turns = TurnsTo(Knobs(), Best());
  ASSERT_EQ(turns.size(), 3U);
  EXPECT_EQ(turns[0].candidate, PlainWay(Knobs(), 110ms));
  EXPECT_EQ(turns[1].what, "lone calls singly");
  EXPECT_EQ(turns[1].candidate.poll, turns[0].candidate.poll);
  EXPECT_EQ(turns[2].what, "expected polls");
  EXPECT_EQ(turns[2].candidate, Best());
}

TEST(TuneComparisonTest, RowsHaveNoDoubles) {
  const auto rows = ComparedWith(Knobs(), PlainWay(Knobs(), 100ms));  // its half is the plain way
  const std::set<Candidate> different(rows.begin(), rows.end());
  EXPECT_EQ(different.size(), rows.size());
  EXPECT_EQ(rows.size(), 4U);
}

struct Emitted {
  const char* system;
  const char* batching;
  const char* single;
};
class TuneEmitTest : public testing::TestWithParam<Emitted> {};

TEST_P(TuneEmitTest, TheWindowIsInTheUnitOfTheSystem) {
  const Emitter* const emitter = FindEmitter(GetParam().system);
  ASSERT_NE(emitter, nullptr);
  EXPECT_THAT(emitter->emit(Best()), HasSubstr(GetParam().batching));
  const Candidate single{.batches = false, .window = 110ms, .max_items = 1000};
  EXPECT_THAT(emitter->emit(single), HasSubstr(GetParam().single)) << "does not wait";
}

INSTANTIATE_TEST_SUITE_P(
    Systems, TuneEmitTest,
    testing::Values(Emitted{"kafka", "linger.ms=110\n", "linger.ms=0\n"},
                    Emitted{"triton", "max_queue_delay_microseconds: 110000 ",
                            "max_queue_delay_microseconds: 0 "},
                    Emitted{"dataloader", "setTimeout(cb, 110)", "maxBatchSize: 1,"},
                    Emitted{"env", "BATCH_WINDOW_MS=110\n", "BATCH_MAX_ITEMS=1\n"}),
    [](const auto& row) { return std::string(row.param.system); });

TEST(TuneEmitTest, WhatTheSystemCannotDoIsSaid) {
  EXPECT_THAT(FindEmitter("kafka")->emit(Best()), HasSubstr("# Fewer than 2 calls"));
  EXPECT_THAT(FindEmitter("env")->emit(Best()), Not(HasSubstr("Fewer than")));
}

TEST(TuneEmitTest, AShortWindowDoesNotBecomeNone) {
  Candidate best = Best();
  best.window = 300us;
  EXPECT_THAT(FindEmitter("kafka")->emit(best), HasSubstr("linger.ms=1\n"));
}

TEST(TuneEmitTest, TheFieldsOfAScenarioAreThoseOfTheChoice) {
  const mock_server::ServiceOptions pending{.batch_mode = mock_server::BatchMode::kPending};
  EXPECT_EQ(ScenarioFields(Best(), Knobs(), pending),
            R"({"policy":{"kind":"window","window":"110ms"},"single_below":2,"max_items":1000,)"
            R"("max_in_flight":4,"poll":{"kind":"expected"}})");
}

void CollectKeys(const nlohmann::json& json, std::set<std::string>& keys) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) {
      keys.insert(key);
    }
    if (value.is_structured() && key != "paste" && key != "summary" && key != "evidence") {
      CollectKeys(value, keys);
    }
  }
}

TEST(TuneJsonTest, TheDictionaryTellsOfEveryKey) {
  TuneAnswer answer = Answer();
  answer.edge = TuneEdge{};
  answer.steps = {{}};
  answer.scaled = {{}};
  answer.slo = {{.quantity = "latency.p99", .value = 1}};
  answer.goal.kind = GoalKind::kCredits;
  std::set<std::string> keys;
  CollectKeys(nlohmann::json::parse(TuneJson(LogInput(), answer)), keys);
  const std::string readme = batcher::ReadText(RESULTS_README);
  const std::string section = readme.substr(readme.find("\n## `tune.json`"));
  EXPECT_GT(keys.size(), 40U);
  for (const std::string& key : keys) {
    EXPECT_NE(section.find("`" + key + "`"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace bench
