// What the comments of the public headers show, compiled and run. tests/example_test.py holds the
// comments to this text.

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <chrono>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"

namespace {

using namespace std::chrono_literals;

double PriceOf(const std::string& name) { return static_cast<double>(name.size()); }
void Use(double price) { EXPECT_EQ(price, 3); }

std::vector<batcher::ItemResult<double>> PricesOf(std::span<const std::string> names,
                                                  const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<double>> results;
  for (const std::string& name : names) {
    results.push_back(batcher::Found(PriceOf(name)));
  }
  return results;
}

TEST(HeaderExamplesTest, ABatcherWithAnOwnFunctionAnswers) {
  batcher::Batcher<std::string, double> prices({.batch = [](auto names, auto) {
    std::vector<batcher::ItemResult<double>> results;
    for (const std::string& name : names) {
      results.push_back(batcher::Found(PriceOf(name)));
    }
    return results;
  }});
  batcher::Pending<double> price = prices.Get("tea");
  if (const auto& answer = price.Wait()) {
    Use(*answer);
  }
  EXPECT_EQ(price.Wait().value, 3);
}

TEST(HeaderExamplesTest, MetricsCountWhatABatcherDoes) {
  prometheus::Registry registry;
  batcher::BatcherMetrics metrics(registry, {.batcher = "prices", .edges = {20ms}});
  batcher::Batcher<std::string, double> prices({.batch = PricesOf}, {.observer = &metrics});
  EXPECT_EQ(prices.Get("tea").Wait().value, 3);
  EXPECT_FALSE(registry.Collect().empty());
}

}  // namespace
