#include <prometheus/registry.h>

#include <cstdio>
#include <span>
#include <stop_token>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"
#include "batcher/metrics/metrics_server.h"

std::vector<batcher::ItemResult<int>> SquaresOf(std::span<const int> numbers,
                                                const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<int>> squares;
  for (const int number : numbers) {
    squares.push_back(batcher::Found(number * number));
  }
  return squares;
}

int main() {
  prometheus::Registry registry;  // yours, if you have one
  batcher::BatcherMetrics metrics(registry, {.batcher = "squares"});
  const auto server = batcher::MetricsServer::Start({&registry}, {.address = "127.0.0.1:0"});
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message.c_str());
    return 1;
  }
  batcher::Batcher<int, int> squares({.batch = SquaresOf}, {.observer = &metrics});
  int sum = 0;
  for (int number = 1; number <= 100; ++number) {
    sum += squares.Get(number).Wait().value.value_or(0);
  }
  std::printf("sum: %d\nmetrics: %s/metrics\nEnter ends it.\n", sum, (*server)->origin().c_str());
  std::fflush(stdout);
  std::getchar();
}
