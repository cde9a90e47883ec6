#include "bench/policy_table.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <span>
#include <thread>

#include "results/lib/clairvoyant.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;

using Costs = std::array<Duration, kPolicyPrices.size()>;  // by price

Costs CostsOf(const results::Batching& batching) {
  Costs costs{};
  std::ranges::transform(kPolicyPrices, costs.begin(),
                         [&](Duration price) { return results::CostOf(batching, price); });
  return costs;
}

Costs LeastCosts(std::span<const Instant> arrivals) {
  Costs costs{};
  std::ranges::transform(kPolicyPrices, costs.begin(), [&](Duration price) {
    return results::CostOf(results::LeastCost(arrivals, price), price);
  });
  return costs;
}

Costs CostsOf(const PolicyRow& row, std::span<const Instant> arrivals, std::uint64_t seed) {
  Costs costs{};
  if (row.at_price != nullptr) {
    std::ranges::transform(kPolicyPrices, costs.begin(), [&](Duration price) {
      return results::CostOf(ReplayPolicy(row.at_price(price), arrivals, seed), price);
    });
    return costs;
  }
  costs.fill(Duration::max());
  for (const ReplayedPolicy& setting : row.grid) {
    const Costs of_setting = CostsOf(ReplayPolicy(setting, arrivals, seed));
    std::ranges::transform(costs, of_setting, costs.begin(),
                           [](Duration a, Duration b) { return std::min(a, b); });
  }
  return costs;
}

// One traffic with one seed: a column of the table. Writes to cells that nobody else writes to.
void RunOne(const std::vector<PolicyRow>& rows, const PolicyTableSize& size, std::size_t run,
            std::vector<PolicyTableRow>& table) {
  const std::size_t traffic = run / size.seeds;
  const std::size_t seed = run % size.seeds;
  const std::vector<Instant> arrivals = ArrivalsOf(PolicyTraffics()[traffic], size.calls, seed + 1);
  const Costs least = LeastCosts(arrivals);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Costs costs = CostsOf(rows[row], arrivals, seed + 1);
    for (std::size_t price = 0; price < costs.size(); ++price) {
      table[row].cells[traffic].at(price).ratios[seed] =
          batcher::ToSeconds(costs.at(price)) / batcher::ToSeconds(least.at(price));
    }
  }
}

}  // namespace

double PolicyCell::Mean() const {
  double sum = 0;
  for (const double ratio : ratios) {
    sum += ratio;
  }
  return sum / static_cast<double>(ratios.size());
}

double PolicyCell::Error() const {
  if (ratios.size() < 2) {
    return std::numeric_limits<double>::infinity();
  }
  const double mean = Mean();
  double squares = 0;
  for (const double ratio : ratios) {
    squares += (ratio - mean) * (ratio - mean);
  }
  const auto count = static_cast<double>(ratios.size());
  return std::sqrt(squares / (count * (count - 1)));
}

double PolicyTableRow::Worst() const {
  double worst = 0;
  for (const auto& of_traffic : cells) {
    for (const PolicyCell& cell : of_traffic) {
      worst = std::max(worst, cell.Mean());
    }
  }
  return worst;
}

double PolicyTableRow::GeometricMean() const {
  double logarithms = 0;
  std::size_t count = 0;
  for (const auto& of_traffic : cells) {
    for (const PolicyCell& cell : of_traffic) {
      logarithms += std::log(cell.Mean());
      ++count;
    }
  }
  return std::exp(logarithms / static_cast<double>(count));
}

std::vector<PolicyTableRow> MakePolicyTable(const std::vector<PolicyRow>& rows,
                                            const PolicyTableSize& size) {
  const std::size_t traffics = PolicyTraffics().size();
  std::vector<PolicyTableRow> table;
  for (const PolicyRow& row : rows) {
    table.push_back({.name = row.name, .cells = {}});
    table.back().cells.resize(traffics);
    for (auto& of_traffic : table.back().cells) {
      of_traffic.fill({.ratios = std::vector<double>(size.seeds)});
    }
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t run = next++; run < traffics * size.seeds; run = next++) {
      RunOne(rows, size, run, table);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < size.jobs; ++i) {
    threads.emplace_back(work);
  }
  work();
  threads.clear();  // joins
  return table;
}

}  // namespace bench
