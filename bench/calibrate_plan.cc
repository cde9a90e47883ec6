#include "bench/calibrate_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "batcher/base/random.h"
#include "mock_server/latency.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Error;

constexpr std::size_t kSmall = 2;
constexpr std::size_t kSmallestLargest = 4;
constexpr double kLargestShare = 0.2;  // of the credits, for one batch less half
constexpr double kCreditsOfAnItem = 0.5;
constexpr double kWarmUp = 1;
// A law with a mean that is endless, or nearly, would otherwise be said in years.
constexpr double kLongestMean = 3600;

double CreditsOf(const ProbeShape& shape) {
  return shape.batch ? kCreditsOfAnItem * static_cast<double>(shape.size) : 1;
}

// What a shape gets: of the credits, and how many probes are enough.
struct Part {
  double share = 0;
  std::size_t enough = 0;
};
constexpr std::array<Part, 4> kParts = {{{.share = 0.2, .enough = 60},
                                         {.share = 0.2, .enough = 60},
                                         {.share = 0.1, .enough = 20},
                                         {.share = 0.5, .enough = 40}}};
// In which order they are served, the largest batches first.
constexpr std::array<std::size_t, 4> kNeed = {3, 1, 0, 2};

std::size_t Affordable(double credits, const ProbeShape& shape) {
  return static_cast<std::size_t>(std::max(credits, 0.0) / CreditsOf(shape));
}

// One of each first, then the shares, then what is left of them.
void Spend(double credits, CalibratePlan& plan) {
  const auto add = [&](std::size_t index, double limit, std::size_t fewest) {
    PlannedShape& planned = plan.shapes[index];
    const std::size_t more = std::max(Affordable(limit, planned.shape), fewest);
    const std::size_t bought = std::min({more, kParts[index].enough - planned.count,
                                         Affordable(credits - plan.credits, planned.shape)});
    planned.count += bought;
    plan.credits += static_cast<double>(bought) * CreditsOf(planned.shape);
  };
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    add(i, 0, 1);
  }
  for (const std::size_t i : kNeed) {
    add(i, kParts[i].share * credits - CreditsOf(plan.shapes[i].shape), 0);
  }
  for (const std::size_t i : kNeed) {
    add(i, credits, 0);
  }
}

double MeanOf(const batcher::Choice& law) {
  return std::min(mock_server::Latency(law).MeanSeconds(), kLongestMean);
}

}  // namespace

batcher::Result<CalibratePlan> PlanProbes(std::optional<double> max_credits, std::size_t largest) {
  if (largest < kSmallestLargest) {
    return Error{
        fmt::format("batcher.max_items: found {}, wanted at least {}, for batches of three sizes",
                    largest, kSmallestLargest)};
  }
  std::size_t most = largest;
  if (max_credits) {
    const double affordable = std::floor(kLargestShare * *max_credits);
    most = static_cast<std::size_t>(std::clamp(affordable, static_cast<double>(kSmallestLargest),
                                               static_cast<double>(largest)));
  }
  CalibratePlan plan{.shapes = {}, .credits = kWarmUp};
  plan.shapes.push_back({.shape = {.batch = false, .size = 1}});
  for (const std::size_t size : {kSmall, std::clamp(most / 4, kSmall + 1, most - 1), most}) {
    plan.shapes.push_back({.shape = {.batch = true, .size = size}});
  }
  double needed = kWarmUp;
  double all = kWarmUp;
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    needed += CreditsOf(plan.shapes[i].shape);
    all += static_cast<double>(kParts[i].enough) * CreditsOf(plan.shapes[i].shape);
  }
  if (max_credits.value_or(needed) < needed) {
    return Error{fmt::format(
        "--max-credits: found {}, wanted at least {}: two single calls, of which the first warms "
        "up, and batches of 2, 3 and 4 addresses",
        *max_credits, needed)};
  }
  Spend(max_credits.value_or(all), plan);
  return plan;
}

std::vector<ProbeShape> OrderOf(const CalibratePlan& plan, std::uint64_t seed) {
  std::vector<ProbeShape> order = {{.batch = false, .size = 1}};
  for (const PlannedShape& planned : plan.shapes) {
    order.insert(order.end(), planned.count, planned.shape);
  }
  batcher::RandomStream random(seed, "probe_order");
  for (std::size_t left = order.size(); left > 2; --left) {
    std::swap(order[left - 1], order[1 + random.Below(left - 1)]);
  }
  return order;
}

Duration ExpectedTime(const CalibratePlan& plan, const mock_server::ServiceOptions& server,
                      Duration every) {
  const bool pending = server.batch_mode == mock_server::BatchMode::kPending;
  double seconds = MeanOf(server.single);
  for (const PlannedShape& planned : plan.shapes) {
    const double one = planned.shape.batch ? MeanOf(server.batch_base) +
                                                 batcher::ToSeconds(server.batch_per_item) *
                                                     static_cast<double>(planned.shape.size) +
                                                 (pending ? batcher::ToSeconds(every) / 2 : 0)
                                           : MeanOf(server.single);
    seconds += one * static_cast<double>(planned.count);
  }
  return Duration(std::llround(seconds * 1e9));
}

}  // namespace bench
