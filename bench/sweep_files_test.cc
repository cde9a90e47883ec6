// Goal: results/README.md, the dictionary, tells of everything that a sweep writes.
// Method: a sweep over all policies, of one call each, has all that the files may hold; each name
// is looked up, in backquotes, in the section of its file.

#include "bench/sweep_files.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "batcher/base/test_folder.h"
#include "bench/sweep_policies_plan.h"
#include "bench/sweep_regret.h"

namespace bench {
namespace {

// A usable point whose first quantity has all that one may have.
PointResult WholePoint() {
  PointResult point{.point = {.label = "window 5ms", .overrides = {}, .policy = "window"}};
  const results::Interval interval = {.estimate = 1, .low = 0, .high = 2};
  point.quantities = {{.pooled = {.name = "calls", .value = 1, .evidence = results::Evidence{}},
                       .interval = interval,
                       .atom = results::Atom{},
                       .over_best = interval}};
  point.offered = 1;
  const Estimate estimate{.value = 1, .interval = interval};
  point.regret = PointRegret{.ratio = estimate,
                             .run = {.cost_ms = estimate},
                             .least = {.cost_ms = estimate},
                             .fewest_batches = 1};
  return point;
}

SweepResult WholeSweep() {
  using namespace std::chrono_literals;
  SweepResult sweep{.points = {WholePoint()}, .price = 20ms, .cheapest = 0};
  sweep.policies = {{.policy = "window", .usual = 0, .best = 0, .tried = 1}};
  sweep.rows = {0};
  sweep.bound = SweepBound{.quantile = "p99", .calls = 1, .steps = {{.wait = 1ms, .batches = 1}}};
  return sweep;
}

std::string Section(const std::string& file) {
  const std::string readme = batcher::ReadText(RESULTS_README);
  const std::size_t begin = readme.find("\n## `" + file + "`");
  return begin == std::string::npos ? ""
                                    : readme.substr(begin, readme.find("\n## ", begin + 1) - begin);
}

void ExpectMentioned(const std::string& name, const std::string& file) {
  EXPECT_NE(Section(file).find("`" + name + "`"), std::string::npos)
      << "results/README.md does not tell of " << name << " in its section on " << file;
}

void CollectKeys(const nlohmann::json& json, std::set<std::string>& keys) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) {
      keys.insert(key);
    }
    if (value.is_structured() && key != "scenario") {
      CollectKeys(value, keys);
    }
  }
}

TEST(SweepFilesTest, TheDictionaryTellsOfEveryKey) {
  SweepPlan plan = *MakePoliciesPlan({}, {}, std::nullopt);
  std::set<std::string> keys;
  CollectKeys(nlohmann::json::parse(SweepJson(plan, WholeSweep())), keys);
  keys.erase("calls");  // a quantity: those of run.json
  EXPECT_GT(keys.size(), 40U);
  for (const std::string& key : keys) {
    ExpectMentioned(key, "sweep.json");
  }
  keys.clear();
  CollectKeys(nlohmann::json::parse(PlanJson(plan)), keys);
  for (const std::string& key : keys) {
    ExpectMentioned(key, "plan.json");
  }
}

TEST(SweepFilesTest, TheDictionaryTellsOfEveryColumnOfAPrice) {
  std::istringstream names((std::string(kRegretHeader)));
  std::string name;
  std::getline(names, name, ',');
  EXPECT_EQ(name, "") << "behind the other columns";
  int found = 0;
  for (; std::getline(names, name, ','); ++found) {
    ExpectMentioned(name, "sweep.csv");
  }
  EXPECT_EQ(found, 7);
}

TEST(SweepFilesTest, WithoutAPriceThereAreNoColumnsAndNoKeysOfIt) {
  SweepResult sweep = WholeSweep();
  EXPECT_NE(SweepCsv(sweep).find("regret"), std::string::npos);
  sweep.price.reset();
  sweep.points[0].regret.reset();
  sweep.policies.clear();
  EXPECT_EQ(SweepCsv(sweep).find("regret"), std::string::npos);
  const auto json = nlohmann::json::parse(SweepJson(*MakeSweepPlan({}, {}, {}, "sim"), sweep));
  for (const char* key : {"price_ms", "cheapest", "policies", "choosing_runs"}) {
    EXPECT_FALSE(json.contains(key)) << key;
  }
  EXPECT_FALSE(json["points"][0].contains("regret"));
}

TEST(SweepFilesTest, ARunWithoutCostsHasEmptyFields) {
  const std::string none = RegretFields(std::nullopt);
  const std::string all = RegretFields(results::Bounds{.regret = {.price = batcher::Duration(1),
                                                                  .calls = 1,
                                                                  .run = {.batches = 1},
                                                                  .least = {.batches = 1}}});
  EXPECT_EQ(none, ",,,,,,,");
  EXPECT_EQ(all, ",1,1,0,1,0,,1");
}

}  // namespace
}  // namespace bench
