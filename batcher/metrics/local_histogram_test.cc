#include "batcher/metrics/local_histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/client_metric.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/metrics/duration_edges.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

std::vector<double> Scaled(const std::vector<std::int64_t>& edges, double scale) {
  std::vector<double> scaled;
  for (const std::int64_t edge : edges) {
    scaled.push_back(static_cast<double>(edge) * scale);
  }
  return scaled;
}

// How many values are at most each edge, and at the end how many there are.
std::vector<std::uint64_t> AtMost(const std::vector<std::int64_t>& edges,
                                  const std::vector<std::int64_t>& values) {
  std::vector<std::uint64_t> counts;
  for (const std::int64_t edge : edges) {
    counts.push_back(static_cast<std::uint64_t>(
        std::ranges::count_if(values, [&](std::int64_t value) { return value <= edge; })));
  }
  counts.push_back(values.size());
  return counts;
}

std::vector<std::uint64_t> Published(const prometheus::Histogram& histogram) {
  std::vector<std::uint64_t> counts;
  for (const auto& bucket : histogram.Collect().histogram.bucket) {
    counts.push_back(bucket.cumulative_count);
  }
  return counts;
}

// Values of every magnitude, the edges and their neighbours, and both ends of the range.
std::vector<std::int64_t> ValuesFor(const std::vector<std::int64_t>& edges) {
  std::vector<std::int64_t> values = {0, 1, 2, 3, 4, 5, 7, 8, kHuge - 1, kHuge};
  for (const std::int64_t edge : edges) {
    values.insert(values.end(), {edge - 1, edge, edge + 1});
  }
  RandomStream random(1, "local_histogram");
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(random.Bits() >> (1 + random.Below(63))));
  }
  std::erase_if(values, [](std::int64_t value) { return value < 0; });
  return values;
}

std::vector<std::int64_t> Nanoseconds(const std::vector<Duration>& edges) {
  std::vector<std::int64_t> counts;
  for (const Duration edge : edges) {
    counts.push_back(edge.count());
  }
  return counts;
}

TEST(LocalHistogramTest, CountsAsOneWouldByHand) {
  const std::vector<Duration> exact = {20ms, 20'000'001ns};
  const std::vector<std::vector<std::int64_t>> all_edges = {
      Nanoseconds(DurationEdges(exact)),
      {1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 80, 100, 150, 200, 300, 500, 800, 1000},
      {0, 1, 2, 3, 4, 5, 6, 8},
      {0},
      {},
      {7},
      {1'000'000, 1'000'001, 1'000'002, 1'000'003, kHuge - 1},
  };
  for (const std::vector<std::int64_t>& edges : all_edges) {
    const std::vector<std::int64_t> values = ValuesFor(edges);
    prometheus::Histogram published(Scaled(edges, 1));
    LocalHistogram local(published, edges, 1);
    for (const std::int64_t value : values) {
      local.Add(value);
    }
    EXPECT_THAT(Published(published), Each(0U)) << "before they are published";
    local.Publish();
    EXPECT_EQ(Published(published), AtMost(edges, values));
    local.Publish();
    EXPECT_EQ(Published(published), AtMost(edges, values)) << "published once";
  }
}

TEST(LocalHistogramTest, AddsToWhatIsPublishedAlready) {
  const std::vector<std::int64_t> edges = {1'000'000, 2'000'000};
  prometheus::Histogram published(Scaled(edges, 1e-9));
  LocalHistogram local(published, edges, 1e-9);
  local.Add(1'000'000);
  local.Publish();
  local.Add(2'500'000);
  local.Add(0);
  local.Publish();
  EXPECT_THAT(Published(published), ElementsAre(2, 2, 3));
  EXPECT_DOUBLE_EQ(published.Collect().histogram.sample_sum, 0.0035);
}

TEST(DurationEdgesTest, LieAQuarterOfAnOctaveApartFromAMillisecondToHalfAMinute) {
  const std::vector<Duration> edges = DurationEdges({});
  EXPECT_EQ(edges.front(), 1ms);
  EXPECT_EQ(edges[1], 1190us);
  EXPECT_EQ(edges[4], 2ms);
  EXPECT_EQ(edges.back(), 32'800ms);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    EXPECT_NEAR(ToSeconds(edges[i]) / ToSeconds(edges[i - 1]), 1.189, 0.01);
  }
}

TEST(DurationEdgesTest, HaveTheExactOnesAmongThem) {
  const std::vector<Duration> exact = {20ms, 1ms, 300ms, 0ns, 20ms, 3h, 2us};
  const std::vector<Duration> edges = DurationEdges(exact);
  EXPECT_EQ(edges.size(), DurationEdges({}).size() + 4);
  for (const Duration edge : {20ms, 300ms}) {
    EXPECT_THAT(edges, Contains(Duration(edge)));
  }
  EXPECT_EQ(edges.front(), 2us);
  EXPECT_EQ(edges.back(), 3h);
  EXPECT_TRUE(std::ranges::is_sorted(edges));
}

}  // namespace
}  // namespace batcher
