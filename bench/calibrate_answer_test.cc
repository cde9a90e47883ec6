#include "bench/calibrate_answer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "batcher/base/random.h"
#include "batcher/base/test_folder.h"
#include "bench/calibrate_json.h"
#include "bench/calibrate_text.h"
#include "scenarios/load.h"

// From probes of a made-up service to the scenario, the words and the files.

namespace bench {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Outcome;
using batcher::ReplyKind;
using batcher::RequestKind;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr Duration kRoundTrip = 10ms;
constexpr Duration kSingle = 60ms;
constexpr Duration kBase = 100ms;
constexpr Duration kPerItem = 1ms;
constexpr Duration kEvery = 20ms;

// A service whose times are constant, one probe each second.
class Service {
 public:
  void Single() { Add({.batch = false, .size = 1}, kSingle + kRoundTrip); }
  void AtOnce(std::size_t size) { Add({.batch = true, .size = size}, TimeOf(size) + kRoundTrip); }
  void Polled(std::size_t size) {
    const batcher::Instant sent = Next();
    SentProbe probe{.shape = {.batch = true, .size = size}, .outcome = Outcome::kValue};
    probe.requests.push_back({.kind = RequestKind::kSubmit,
                              .reply = ReplyKind::kPending,
                              .sent = sent,
                              .duration = kRoundTrip});
    Duration at = kRoundTrip;
    bool done = false;
    while (!done) {
      at += Duration(static_cast<std::int64_t>((0.5 + random_.Uniform()) * 1e9 * 0.02));
      done = at >= TimeOf(size);  // half a round trip there, as for the submit
      probe.requests.push_back({.kind = RequestKind::kPoll,
                                .reply = done ? ReplyKind::kAnswered : ReplyKind::kPending,
                                .sent = sent + at,
                                .duration = kRoundTrip});
      at += kRoundTrip;
    }
    input_.measured.probes.push_back(std::move(probe));
  }
  void Fails() {
    Next();
    input_.measured.probes.push_back(
        {.shape = {}, .outcome = Outcome::kFailedStatus, .message = "status 500"});
  }
  // Enough of each, the warm-up first.
  void PolledWell() {
    for (int i = 0; i < 21; ++i) {
      Single();
    }
    for (int i = 0; i < 20; ++i) {
      Polled(2);
      Polled(50);
      Polled(200);
    }
  }
  [[nodiscard]] CalibrateInput Input() const {
    CalibrateInput input = input_;
    input.measured.probes.front().warm_up = true;
    return input;
  }
  CalibrateInput& input() { return input_; }

 private:
  static Duration TimeOf(std::size_t size) {
    return kBase + kPerItem * static_cast<Duration::rep>(size);
  }
  batcher::Instant Next() {
    ++input_.measured.planned;
    return at_ += 1s;
  }
  void Add(ProbeShape shape, Duration duration) {
    const batcher::Instant sent = Next();
    input_.measured.probes.push_back(
        {.shape = shape,
         .outcome = Outcome::kValue,
         .credits = 1,
         .requests = {{.kind = shape.batch ? RequestKind::kSubmit : RequestKind::kSingle,
                       .reply = ReplyKind::kAnswered,
                       .sent = sent,
                       .duration = duration}}});
  }

  batcher::RandomStream random_{1, "calibrate_answer_test"};
  batcher::Instant at_;
  CalibrateInput input_{.target = "http://127.0.0.1:1",
                        .plan = PlanProbes({}, 1000).value(),
                        .poll_every = kEvery,
                        .machine = {.per_request = 80us, .per_item = 10us, .rtt = 50us}};
};

TEST(CalibrateAnswerTest, APolledServiceIsFoundAsItIs) {
  Service service;
  service.PolledWell();
  const CalibrateAnswer answer = Conclude(service.Input());
  ASSERT_TRUE(answer.calibrated);
  EXPECT_EQ(answer.answered, 80U);
  EXPECT_EQ(answer.round_trip_ms->estimate, 10);
  EXPECT_NEAR(answer.single->median_ms.estimate, 60, 1e-6);
  EXPECT_EQ(answer.single->timings, 20U) << "the warm-up tells nothing";
  EXPECT_LT(answer.batch->base_ms.low, 100);
  EXPECT_GT(answer.batch->base_ms.high, 100);
  EXPECT_NEAR(answer.batch->base_ms.estimate, 100, 5);
  EXPECT_NEAR(answer.batch->per_item_ms.estimate, 1, 0.05);
  const scenarios::Scenario& scenario = *answer.calibrated;
  EXPECT_EQ(scenario.rtt, kRoundTrip) << "that to the service, not that to a mock";
  EXPECT_EQ(scenario.client.cost.per_request, 80us);
  EXPECT_EQ(scenario.server.batch_mode, mock_server::BatchMode::kPending);
  EXPECT_EQ(scenario.server.single.kind(), "constant");
}

TEST(CalibrateAnswerTest, AServiceThatAnswersAtOnceKeepsTheWayInItsTimes) {
  Service service;
  for (int i = 0; i < 4; ++i) {
    service.Single();
    service.AtOnce(2);
    service.AtOnce(50);
    service.AtOnce(200);
  }
  const CalibrateAnswer answer = Conclude(service.Input());
  ASSERT_TRUE(answer.calibrated);
  EXPECT_EQ(answer.calibrated->server.batch_mode, mock_server::BatchMode::kImmediate);
  EXPECT_EQ(answer.calibrated->rtt, 0ms);
  EXPECT_NEAR(answer.batch->base_ms.estimate, 110, 1e-6);
  EXPECT_THAT(answer.not_told, Contains(HasSubstr("client.rtt is 0")));
}

TEST(CalibrateAnswerTest, FailuresAreToldAndLeftOut) {
  Service service;
  service.PolledWell();
  service.Fails();
  const CalibrateAnswer answer = Conclude(service.Input());
  EXPECT_TRUE(answer.calibrated);
  EXPECT_THAT(answer.not_told, Contains("1 of 82 probes were not answered, such as: status 500"));
}

TEST(CalibrateAnswerTest, TooFewAnswersGiveNoScenario) {
  Service service;
  service.Single();
  service.Fails();
  service.Polled(2);
  service.input().measured.given_up = "status 500";
  const CalibrateInput input = service.Input();
  const CalibrateAnswer answer = Conclude(input);
  EXPECT_FALSE(answer.calibrated);
  EXPECT_THAT(CalibrateText(input, answer, {}),
              HasSubstr("GIVEN UP, TOO FEW ANSWERS: 1 of 2 probes"));
  EXPECT_THAT(ProbesCsv(input, answer), HasSubstr("1,0,single,1,failed_status,0,,0,,,,,\n"));
  service.input().measured = {.planned = 5, .interrupted = true};
  EXPECT_FALSE(Conclude(service.input()).calibrated) << "nothing was sent";
}

TEST(CalibrateAnswerTest, SaysWhereTheLineEndsAndWherePollsAreTooCoarse) {
  Service service;
  service.PolledWell();
  EXPECT_THAT(
      Conclude(service.Input()).not_told,
      AllOf(Contains(HasSubstr("batches of more than 200: none was tried")),
            Contains(HasSubstr("server.workers stays 8")), Not(Contains(HasSubstr("first poll")))));
  CalibrateInput coarse = service.Input();
  for (SentProbe& probe : coarse.measured.probes) {
    if (probe.shape.batch && probe.shape.size == 2) {
      probe.requests.erase(probe.requests.begin() + 1, probe.requests.end() - 1);
    }
  }
  EXPECT_THAT(Conclude(coarse).not_told, Contains(HasSubstr("a shorter --poll than 20ms")));
}

TEST(CalibrateAnswerTest, TheVerdictNamesTheSizeThatIsOffTheLine) {
  Service service;
  service.PolledWell();
  for (int i = 0; i < 20; ++i) {
    service.Polled(500);
  }
  CalibrateInput input = service.Input();
  for (SentProbe& probe : input.measured.probes) {
    if (probe.shape.size == 500) {
      probe.shape.size = 100;
    }
  }
  const CalibrateAnswer answer = Conclude(input);
  EXPECT_TRUE(IsBent(answer));
  EXPECT_THAT(answer.not_told.front(), HasSubstr("batches of 100 take"));
  EXPECT_THAT(CalibrateText(input, answer, {}), HasSubstr("NOT A LINE: 100 of 100 probes"));
}

// The block is pasted into scenario files.
TEST(CalibrateAnswerTest, TheBlockOfTheTextIsReadBack) {
  Service service;
  service.PolledWell();
  const CalibrateInput input = service.Input();
  const CalibrateAnswer answer = Conclude(input);
  const std::string text = CalibrateText(input, answer, {});
  const std::size_t begin = text.find("\"server\": ");
  ASSERT_NE(begin, std::string::npos);
  const std::string block = text.substr(begin, text.find('\n', begin) - begin);
  const auto read = scenarios::ParseScenario("{" + block + "}", "pasted");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->server.batch_per_item, answer.calibrated->server.batch_per_item);
}

void CollectKeys(const nlohmann::ordered_json& json, std::set<std::string>& keys) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) {
      keys.insert(key);
    }
    if (value.is_structured() && key != "server") {
      CollectKeys(value, keys);
    }
  }
}

TEST(CalibrateAnswerTest, TheDictionaryTellsOfEveryKeyAndColumn) {
  Service service;
  service.PolledWell();
  const CalibrateInput input = service.Input();
  const CalibrateAnswer answer = Conclude(input);
  std::set<std::string> names;
  CollectKeys(nlohmann::ordered_json::parse(CalibrateJson(input, answer)), names);
  EXPECT_GT(names.size(), 30U);
  for (const std::string& csv : {ProbesCsv(input, answer), SizesCsv(input, answer)}) {
    std::string header = csv.substr(0, csv.find('\n')) + ",";
    for (std::size_t end = header.find(','); end != std::string::npos; end = header.find(',')) {
      names.insert(header.substr(0, end));
      header.erase(0, end + 1);
    }
  }
  const std::string readme = batcher::ReadText(RESULTS_README);
  const std::size_t begin = readme.find("\n# A calibration\n");
  ASSERT_NE(begin, std::string::npos);
  const std::string section = readme.substr(begin, readme.find("\n# ", begin + 1) - begin);
  for (const std::string& name : names) {
    EXPECT_THAT(section, HasSubstr("`" + name + "`"));
  }
}

}  // namespace
}  // namespace bench
