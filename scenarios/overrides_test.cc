#include "scenarios/overrides.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "batcher/base/test_folder.h"
#include "scenarios/load.h"

namespace scenarios {
namespace {

using batcher::TestFolder;

using nlohmann::json;

std::string Applied(const std::string& scenario, const std::vector<std::string>& overrides) {
  json changed = json::parse(scenario);
  const auto problem = ApplyOverrides(overrides, changed);
  return problem ? problem->message : changed.dump();
}

TEST(ApplyOverridesTest, ValuesAreJsonOrElseText) {
  EXPECT_EQ(Applied("{}", {"a=5", "b=5ms", "c=null", "d=[1]", "e=", "f=\"5\"", "g=a=b"}),
            R"({"a":5,"b":"5ms","c":null,"d":[1],"e":"","f":"5","g":"a=b"})");
}

TEST(ApplyOverridesTest, ObjectsOnTheWayAreMade) {
  EXPECT_EQ(Applied(R"({"a":{"x":1},"n":null})", {"a.b.c=2", "n.m=3"}),
            R"({"a":{"b":{"c":2},"x":1},"n":{"m":3}})");
}

TEST(ApplyOverridesTest, TheLastOfTwoWins) {
  EXPECT_EQ(Applied("{}", {"a=1", "a=2"}), R"({"a":2})");
}

TEST(ApplyOverridesTest, AKindEmptiesItsObject) {
  EXPECT_EQ(Applied(R"({"p":{"kind":"tick","period":"1s"}})", {"p.kind=window"}),
            R"({"p":{"kind":"window"}})");
  EXPECT_EQ(Applied(R"({"p":"60ms"})", {"p.kind=constant", "p.value=5ms"}),
            R"({"p":{"kind":"constant","value":"5ms"}})");
}

TEST(ApplyOverridesTest, AKindNeverDropsAnotherOverride) {
  EXPECT_EQ(Applied(R"({"p":{"kind":"tick","period":"1s"}})", {"p.window=5ms", "p.kind=window"}),
            R"({"p":{"kind":"window","window":"5ms"}})");
}

TEST(ApplyOverridesTest, AnIndexIsAnElementOfAList) {
  const std::string lists = R"({"a":[{"k":1,"kind":"x"},2]})";
  EXPECT_EQ(Applied(lists, {"a[0].k=5", "a[1]=6"}), R"({"a":[{"k":5,"kind":"x"},6]})");
  EXPECT_EQ(Applied(lists, {"a[0].kind=y"}), R"({"a":[{"kind":"y"},2]})");
  EXPECT_EQ(Applied(lists, {"a[2].k=5"}),
            "--set \"a[2].k=5\": a is a list, which has no element [2]");
  EXPECT_EQ(Applied(lists, {"b[0]=5"}), "--set \"b[0]=5\": b is null, which has no element [0]");
  EXPECT_EQ(Applied(lists, {"a.k=5"}), "--set \"a.k=5\": a is a list, which has no fields to set");
  EXPECT_EQ(Applied("{}", {"a[x]=5"}), R"({"a[x]":5})");
}

TEST(ApplyOverridesTest, SaysWhatIsWrong) {
  const std::string wanted = "\": wanted path=value, such as batcher.max_items=100";
  EXPECT_EQ(Applied("{}", {"a"}), "--set \"a" + wanted);
  EXPECT_EQ(Applied("{}", {"=1"}), "--set \"=1" + wanted);
  EXPECT_EQ(Applied("{}", {"a..b=1"}), "--set \"a..b=1" + wanted);
  EXPECT_EQ(Applied("{}", {"a.=1"}), "--set \"a.=1" + wanted);
  EXPECT_EQ(Applied(R"({"a":"60ms"})", {"a.b=1"}),
            "--set \"a.b=1\": a is \"60ms\", which has no fields to set");
  EXPECT_EQ(Applied("[]", {"a=1"}),
            "--set \"a=1\": the scenario is an empty list, which has no fields to set");
}

class OverriddenScenarioTest : public ::testing::Test {
 protected:
  // The error of a scenario whose policy is a tick, less the folder of the file; or "read".
  std::string Problem(const std::vector<std::string>& overrides) {
    const auto scenario = LoadScenario(
        folder_.Write("s.json", R"({"batcher": {"policy": {"kind": "tick", "period": "100ms"}}})"),
        overrides);
    return scenario ? "read" : scenario.error().message.substr(folder_.Path("").size());
  }

  TestFolder folder_;
};

TEST_F(OverriddenScenarioTest, AFieldOfAnotherKindIsUnknown) {
  EXPECT_EQ(Problem({"batcher.policy.window=5ms"}),
            "s.json: batcher.policy.window: unknown field; allowed: kind, period, awaits, phase");
  EXPECT_EQ(Problem({"batcher.policy.kind=window", "batcher.policy.window=5ms"}), "read");
}

TEST_F(OverriddenScenarioTest, AnUnknownPathReadsLikeAWrongFile) {
  EXPECT_EQ(Problem({"batcher.polcy.window=5ms"}).substr(0, 40),
            "s.json: batcher.polcy: unknown field; al");
}

TEST_F(OverriddenScenarioTest, TheValueIsInForce) {
  const auto scenario = LoadScenario(folder_.Write("s.json", "{}"),
                                     {"batcher.max_items=7", "server.single=5ms", "seed=9"});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->batcher.max_items, 7U);
  EXPECT_EQ(scenario->server.single.Time("value"), std::chrono::milliseconds(5));
  EXPECT_EQ(scenario->seed, 9U);
}

TEST_F(OverriddenScenarioTest, APartOfAMixIsReached) {
  const std::string mix = folder_.Write(
      "m.json", R"({"arrivals": {"kind": "mix", "parts": [{"kind": "poisson", "count": 5},
                    {"kind": "burst", "size": 7}]}})");
  const auto scenario =
      LoadScenario(mix, {"arrivals.parts[0].rate=9/s", "arrivals.parts[1].size=8"});
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_DOUBLE_EQ(scenario->arrivals.Choices("parts")[0].Number("rate"), 9);
  EXPECT_EQ(scenario->arrivals.Choices("parts")[1].Count("size"), 8U);
}

}  // namespace
}  // namespace scenarios
