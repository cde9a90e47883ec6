// A batcher with an own function: needs nothing but the standard library and threads.

#include <cstdio>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"

namespace {

std::vector<batcher::ItemResult<double>> PricesOf(std::span<const std::string> names,
                                                  const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<double>> prices;
  for (const std::string& name : names) {
    prices.push_back(name == "tea" ? batcher::Found(3.5) : batcher::NotFound<double>());
  }
  return prices;
}

}  // namespace

int main() {
  batcher::Batcher<std::string, double> prices({.batch = PricesOf});
  batcher::Pending<double> tea = prices.Get("tea");
  batcher::Pending<double> mithril = prices.Get("mithril");
  std::printf("tea %.2f\n", tea.Wait().value.value_or(0));
  std::printf("mithril %s\n", std::string(Name(mithril.Wait().outcome)).c_str());
}
