#include <cstdio>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"

// Stands for one query that looks up many keys: a database, an HTTP API, anything.
std::vector<batcher::ItemResult<double>> PricesOf(std::span<const std::string> names,
                                                  const std::stop_token& /*stop*/) {
  std::printf("one query for %zu names\n", names.size());
  std::vector<batcher::ItemResult<double>> prices;  // one for each name, in their order
  for (const std::string& name : names) {
    prices.push_back(name == "tea" ? batcher::Found(3.5) : batcher::NotFound<double>());
  }
  return prices;
}

int main() {
  batcher::Batcher<std::string, double> prices({.batch = PricesOf});
  batcher::Pending<double> tea = prices.Get("tea");  // does not block
  batcher::Pending<double> mithril = prices.Get("mithril");
  batcher::Pending<double> more_tea = prices.Get("tea");  // shares the first one's place
  std::printf("tea: %.2f\n", tea.Wait().value.value_or(0));
  std::printf("more tea: %.2f\n", more_tea.Wait().value.value_or(0));
  std::printf("mithril: %s\n", std::string(Name(mithril.Wait().outcome)).c_str());
}
