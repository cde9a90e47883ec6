#include "results/lib/clairvoyant.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "batcher/base/random.h"
#include "results/lib/clairvoyant_late.h"
#include "results/lib/test_arrivals.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Duration;
using batcher::Instant;

// The least of all partitions by (cost, batches) resp. batches, found by trying them all.
struct LeastOfAll {
  std::optional<Batching> cost;
  std::optional<LateBatching> late;
  std::uint64_t within = std::numeric_limits<std::uint64_t>::max();
};

struct Asked {
  Duration price{0};
  std::uint64_t late_price = 0;
  Duration bound{0};
  SizeLimit limit = std::nullopt;
};

LeastOfAll TryAll(const std::vector<Instant>& arrivals, const Asked& asked) {
  LeastOfAll least;
  const auto late_cost = [&](const LateBatching& way) {
    return std::pair(asked.late_price * way.batches + way.late, way.batches);
  };
  const auto cost = [&](const Batching& way) {
    return std::pair(CostOf(way, asked.price), way.batches);
  };
  ForEachPartition(arrivals, asked.bound, [&](const Partition& one) {
    if (!Fits(one, asked.limit)) {
      return;
    }
    if (!least.cost || cost(one.batching) < cost(*least.cost)) {
      least.cost = one.batching;
    }
    const LateBatching late{.batches = one.batching.batches, .late = one.late};
    if (!least.late || late_cost(late) < late_cost(*least.late)) {
      least.late = late;
    }
    if (one.longest_wait <= asked.bound) {
      least.within = std::min(least.within, one.batching.batches);
    }
  });
  return least;
}

// Small numbers, so that many costs and times are equal.
TEST(ClairvoyantTest, FindsTheLeastOfAllPartitions) {
  batcher::RandomStream draws(1, "instances");
  for (int i = 0; i < 6000; ++i) {
    const std::vector<Instant> arrivals =
        RandomArrivals(draws, 1 + draws.Below(11), 1 + draws.Below(1 + draws.Below(30)));
    const Asked asked{.price = Duration(draws.Below(1 + draws.Below(100))),
                      .late_price = draws.Below(std::min<std::uint64_t>(arrivals.size(), 5) + 1),
                      .bound = Duration(draws.Below(60)),
                      .limit = draws.Below(3) == 0 ? std::nullopt : SizeLimit(1 + draws.Below(6))};
    const LeastOfAll least = TryAll(arrivals, asked);
    EXPECT_EQ(LeastCost(arrivals, asked.price, asked.limit), *least.cost) << "instance " << i;
    EXPECT_EQ(LeastLate(arrivals, asked.bound, asked.late_price, asked.limit), *least.late)
        << "instance " << i;
    EXPECT_EQ(FewestWithin(arrivals, asked.bound, asked.limit).batches, least.within)
        << "instance " << i;
  }
}

// The recurrence itself, without any envelope: for longer logs than can be tried in every way.
Batching LeastCostSlowly(const std::vector<Instant>& arrivals, Duration price, std::size_t limit) {
  std::vector<std::pair<Duration, std::uint64_t>> best(arrivals.size() + 1);
  for (std::size_t j = 1; j <= arrivals.size(); ++j) {
    Duration waiting{0};
    best[j] = {Duration::max(), 0};
    for (std::size_t i = j; i-- > (j > limit ? j - limit : 0);) {
      waiting += arrivals[j - 1] - arrivals[i];
      best[j] = std::min(best[j], {best[i].first + price + waiting, best[i].second + 1});
    }
  }
  const auto [cost, batches] = best.back();
  return {.batches = batches, .waiting = cost - price * static_cast<std::int64_t>(batches)};
}

TEST(ClairvoyantTest, KeepsLimitsOfSizeInLongerLogs) {
  batcher::RandomStream draws(2, "instances");
  for (int i = 0; i < 300; ++i) {
    const std::size_t calls = 1 + draws.Below(400);
    // Bursts: calls close together, then long gaps.
    std::vector<Instant> arrivals = {At(0ns)};
    while (arrivals.size() < calls) {
      const Duration gap(draws.Below(draws.Below(8) == 0 ? 5000 : 40));
      arrivals.push_back(arrivals.back() + gap);
    }
    const Duration price(draws.Below(20'000));
    const std::uint64_t limit = 1 + draws.Below(1 + draws.Below(40));
    EXPECT_EQ(LeastCost(arrivals, price, limit), LeastCostSlowly(arrivals, price, limit))
        << "instance " << i;
    EXPECT_EQ(LeastCost(arrivals, price), LeastCostSlowly(arrivals, price, calls))
        << "instance " << i;
  }
}

TEST(ClairvoyantTest, TheReferenceLogIsTheOneMeant) {
  const std::vector<Instant> arrivals = ReferenceArrivals();
  const std::vector<std::int64_t> first = {13, 31, 41, 46, 51, 58, 76, 92, 101, 208};
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(arrivals[i], At(Duration(first[i])));
  }
  EXPECT_EQ(arrivals.back(), At(22'018ns));
}

TEST(ClairvoyantTest, TheReferenceLogCostsWhatAnotherProgramFound) {
  struct Row {
    Duration price;
    SizeLimit limit;
    Duration cost;
  };
  const auto rows = std::to_array<Row>({
      {5ns, std::nullopt, 4452ns},
      {5ns, 4, 4452ns},
      {5ns, 16, 4452ns},
      {5ns, 64, 4452ns},
      {50ns, std::nullopt, 24'896ns},
      {50ns, 4, 25'267ns},
      {50ns, 16, 24'896ns},
      {50ns, 64, 24'896ns},
      {500ns, std::nullopt, 103'983ns},
      {500ns, 4, 150'449ns},
      {500ns, 16, 103'986ns},
      {500ns, 64, 103'983ns},
      {5000ns, std::nullopt, 390'834ns},
      {5000ns, 4, 1'282'876ns},
      {5000ns, 16, 451'296ns},
      {5000ns, 64, 390'834ns},
  });
  const std::vector<Instant> arrivals = ReferenceArrivals();
  for (const Row& row : rows) {
    EXPECT_EQ(CostOf(LeastCost(arrivals, row.price, row.limit), row.price), row.cost)
        << "price " << row.price.count() << ", limit " << row.limit.value_or(0);
  }
}

TEST(ClairvoyantTest, TheReferenceLogNeedsAsManyBatchesAsAnotherProgramFound) {
  struct Row {
    Duration max_wait;
    std::array<std::uint64_t, 3> batches;  // without a limit, of at most 4 calls, of at most 16
  };
  const auto rows = std::to_array<Row>({
      {0ns, {958, 958, 958}},
      {5ns, {780, 780, 780}},
      {10ns, {609, 610, 609}},
      {20ns, {403, 410, 403}},
      {50ns, {225, 304, 225}},
      {100ns, {164, 303, 165}},
      {200ns, {93, 255, 95}},
  });
  const std::vector<Instant> arrivals = ReferenceArrivals();
  for (const Row& row : rows) {
    EXPECT_EQ(FewestWithin(arrivals, row.max_wait).batches, row.batches[0]);
    EXPECT_EQ(FewestWithin(arrivals, row.max_wait, 4).batches, row.batches[1]);
    EXPECT_EQ(FewestWithin(arrivals, row.max_wait, 16).batches, row.batches[2]);
  }
}

TEST(ClairvoyantTest, FewestBatchesTellWhatTheyTookAndWhenTheyChange) {
  const std::vector<Instant> arrivals = {At(0ms), At(3ms), At(10ms), At(14ms), At(30ms)};
  const FewestBatches fewest = FewestWithin(arrivals, 5ms);
  EXPECT_EQ(fewest.batches, 3U);
  EXPECT_EQ(fewest.longest_wait, 4ms);
  EXPECT_EQ(fewest.next_window, 10ms);
  EXPECT_EQ(FewestWithin(arrivals, 4ms).batches, 3U);
  EXPECT_EQ(FewestWithin(arrivals, 4ms - 1ns).batches, 4U);
  EXPECT_EQ(FewestWithin(arrivals, 30ms).next_window, std::nullopt);
}

TEST(ClairvoyantTest, PriceZeroMakesTheFewestBatchesWithoutAWait) {
  const std::vector<Instant> arrivals = {At(1ms), At(1ms), At(2ms), At(2ms), At(2ms)};
  EXPECT_EQ(LeastCost(arrivals, 0ns), (Batching{.batches = 2, .waiting = 0ns}));
  EXPECT_EQ(LeastCost(arrivals, 0ns, 2), (Batching{.batches = 3, .waiting = 0ns}));
}

TEST(ClairvoyantTest, NoCallsCostNothing) {
  EXPECT_EQ(LeastCost({}, 1h), Batching{});
  EXPECT_EQ(LeastLate({}, 1h, 0), LateBatching{});
  EXPECT_EQ(FewestWithin({}, 1h).batches, 0U);
}

// The time from the first to the last call, times the calls, is 60 times what 64 bits hold.
TEST(ClairvoyantTest, IsExactWhereSumsOfTimesNeedMoreThan64Bits) {
  const Instant far = At(std::chrono::hours(24 * 365 * 80));
  std::vector<Instant> arrivals;
  for (int i = 0; i < 200; ++i) {
    arrivals.push_back((i < 100 ? At(0ns) : far) + Duration(i % 2));
  }
  std::ranges::sort(arrivals);
  EXPECT_EQ(LeastCost(arrivals, 49ns), (Batching{.batches = 4, .waiting = 0ns}));
  EXPECT_EQ(LeastCost(arrivals, 50ns), (Batching{.batches = 2, .waiting = 100ns}));
  EXPECT_EQ(LeastCost(arrivals, 1h, 150), (Batching{.batches = 2, .waiting = 100ns}));
}

}  // namespace
}  // namespace results
