// Metrics of a batcher in a registry of the user's own, and over HTTP.

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <cstdio>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/metrics/batcher_metrics.h"
#include "batcher/metrics/metrics_server.h"

namespace {

std::vector<batcher::ItemResult<int>> SquaresOf(std::span<const int> numbers,
                                                const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<int>> squares;
  for (const int number : numbers) {
    squares.push_back(batcher::Found(number * number));
  }
  return squares;
}

}  // namespace

int main() {
  prometheus::Registry registry;
  batcher::BatcherMetrics metrics(registry, {.batcher = "squares"});
  const auto server = batcher::MetricsServer::Start({&registry}, {.address = "127.0.0.1:0"});
  std::puts(server ? "server started" : server.error().message.c_str());
  {
    batcher::Batcher<int, int> squares({.batch = SquaresOf}, {.observer = &metrics});
    std::printf("square %d\n", squares.Get(12).Wait().value.value_or(0));
  }  // All is published.
  const std::string text = prometheus::TextSerializer().Serialize(registry.Collect());
  const std::string wanted = "batcher_calls_total{batcher=\"squares\",outcome=\"value\"} 1\n";
  std::puts(text.find(wanted) != std::string::npos ? "counted" : text.c_str());
}
