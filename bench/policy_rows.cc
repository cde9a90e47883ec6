#include "bench/policy_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include "batcher/core/options.h"

namespace bench {
namespace {

using batcher::Duration;
using namespace std::chrono_literals;

// From `first` to `last` or just beyond.
std::vector<Duration> Steps(Duration first, Duration last, double factor) {
  std::vector<Duration> steps = {first};
  while (steps.back() < last) {
    const double exact =
        static_cast<double>(first.count()) * std::pow(factor, static_cast<double>(steps.size()));
    steps.emplace_back(std::llround(exact));
  }
  return steps;
}

constexpr Duration kShortest = 20us;
constexpr Duration kLongest = 2s;
const double kWindowStep = std::pow(2.0, 1.0 / 8);
const double kTickStep = std::pow(2.0, 1.0 / 4);

std::vector<std::size_t> Sizes() {
  return {2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1000};
}

std::vector<ReplayedPolicy> Ticks() {
  std::vector<ReplayedPolicy> grid;
  for (const Duration period : Steps(kShortest, kLongest, kTickStep)) {
    grid.push_back({.policy = batcher::TickPolicy(period)});
  }
  return grid;
}

std::vector<ReplayedPolicy> Windows() {
  std::vector<ReplayedPolicy> grid = {{.policy = batcher::WindowPolicy(0ns)}};
  for (const Duration window : Steps(kShortest, kLongest, kWindowStep)) {
    grid.push_back({.policy = batcher::WindowPolicy(window)});
  }
  return grid;
}

std::vector<ReplayedPolicy> Counts() {
  std::vector<ReplayedPolicy> grid = {{.policy = batcher::CountPolicy(1)}};
  for (const std::size_t size : Sizes()) {
    grid.push_back({.policy = batcher::CountPolicy(size)});
  }
  return grid;
}

std::vector<ReplayedPolicy> WindowsWithMaxItems() {
  std::vector<ReplayedPolicy> grid = Windows();  // of which none may be full
  for (const Duration window : Steps(kShortest, kLongest, 2)) {
    for (const std::size_t max_items : Sizes()) {
      grid.push_back({.policy = batcher::WindowPolicy(window), .max_items = max_items});
    }
  }
  return grid;
}

std::vector<ReplayedPolicy> Quiets() {
  std::vector<ReplayedPolicy> grid = Windows();  // what a gap as long as the window is
  for (const Duration window : Steps(kShortest, kLongest, 2)) {
    for (Duration gap = 5us; gap < window; gap *= 2) {
      grid.push_back({.policy = batcher::QuietPolicy(gap, window)});
    }
  }
  return grid;
}

}  // namespace

std::vector<PolicyRow> QuickPolicyRows() {
  return {
      {.name = "no batching", .grid = {{.policy = batcher::UnbatchedPolicy()}}},
      {.name = "tick 100ms", .grid = {{.policy = batcher::TickPolicy(100ms)}}},
      {.name = "best tick", .grid = Ticks()},
      {.name = "best window", .grid = Windows()},
      {.name = "best count", .grid = Counts()},
      {.name = "balance",
       .at_price = [](Duration price) -> ReplayedPolicy {
         return {.policy = batcher::BalancePolicy(price)};
       }},
      {.name = "balance at half the price",
       .at_price = [](Duration price) -> ReplayedPolicy {
         return {.policy = batcher::BalancePolicy(price / 2)};
       }},
      {.name = "balance_random",
       .at_price = [](Duration price) -> ReplayedPolicy {
         return {.policy = batcher::BalanceRandomPolicy(price)};
       }},
  };
}

std::vector<PolicyRow> PolicyRows() {
  std::vector<PolicyRow> rows = QuickPolicyRows();
  std::vector<PolicyRow> of_two = {
      {.name = "best window and max_items", .grid = WindowsWithMaxItems()},
      {.name = "best quiet gap and window", .grid = Quiets()}};
  const auto after_count = std::find_if(
      rows.begin(), rows.end(), [](const PolicyRow& row) { return row.at_price != nullptr; });
  rows.insert(after_count, std::make_move_iterator(of_two.begin()),
              std::make_move_iterator(of_two.end()));
  return rows;
}

}  // namespace bench
