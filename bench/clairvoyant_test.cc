// Goal: a window sends as few batches as anybody could who knew all arrivals beforehand and lets no
// call wait longer. Method: the real engine in virtual time, without limits of slots and size and
// with every call an entry of its own, against the bound that is computed from the arrivals of its
// record; on random arrivals and on every scenario that ships.

#include "results/lib/clairvoyant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/simulate.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;

const std::vector<std::string> kWithoutLimits = {
    "batcher.single_below=1", "batcher.max_in_flight=null", "batcher.max_items=1000000",
    "batcher.max_queued=1000000", "batcher.dedup=false"};

// In ascending order.
std::vector<Instant> ArrivalsOf(const results::Ledger& ledger) {
  std::vector<Instant> arrivals;
  for (const batcher::CallRecord& call : ledger.calls) {
    EXPECT_NE(call.batch, batcher::kNoBatch);
    arrivals.push_back(call.submitted);
  }
  std::ranges::sort(arrivals);
  return arrivals;
}

void ExpectFewestBatches(const scenarios::Scenario& scenario, Duration window) {
  const auto run = Simulate(scenario, {});
  ASSERT_TRUE(run) << run.error().message;
  const std::vector<Instant> arrivals = ArrivalsOf(run->ledger);
  ASSERT_GT(arrivals.size(), 9U);
  EXPECT_EQ(run->ledger.batches.size(), results::FewestWithin(arrivals, window).batches)
      << scenario.name << ", window " << batcher::FormatDuration(window);
}

std::vector<std::string> OverridesFor(const std::string& window) {
  std::vector<std::string> overrides = kWithoutLimits;
  overrides.push_back(R"(batcher.policy={"kind": "window", "window": ")" + window + "\"}");
  return overrides;
}

class ClairvoyantWindowTest : public testing::TestWithParam<std::string> {};

TEST_P(ClairvoyantWindowTest, SendsAsFewBatchesAsAnybodyCouldOnPoissonArrivals) {
  for (const std::string text :
       {R"({"arrivals": {"kind": "poisson", "rate": "200/s", "count": 5000}, "seed": 1})",
        R"({"arrivals": {"kind": "poisson", "rate": "3/s", "count": 5000}, "seed": 2})",
        R"({"arrivals": {"kind": "poisson", "rate": "20000/s", "count": 20000}, "seed": 3})"}) {
    const auto scenario = scenarios::ParseScenario(text, "poisson", OverridesFor(GetParam()));
    ASSERT_TRUE(scenario) << scenario.error().message;
    ExpectFewestBatches(*scenario, *batcher::ParseDuration(GetParam()));
  }
}

TEST_P(ClairvoyantWindowTest, SendsAsFewBatchesAsAnybodyCouldInEveryShippedScenario) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SCENARIOS_FOLDER)) {
    if (entry.path().extension() == ".json") {
      ++found;
      const auto scenario =
          scenarios::LoadScenario(entry.path().string(), OverridesFor(GetParam()));
      ASSERT_TRUE(scenario) << scenario.error().message;
      ExpectFewestBatches(*scenario, *batcher::ParseDuration(GetParam()));
    }
  }
  EXPECT_GE(found, 5);
}

INSTANTIATE_TEST_SUITE_P(Windows, ClairvoyantWindowTest,
                         testing::Values("0ms", "1ms", "7ms", "50ms", "300ms", "2s"));

}  // namespace
}  // namespace bench
