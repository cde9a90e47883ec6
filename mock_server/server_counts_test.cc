#include "mock_server/server_counts.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>

namespace mock_server {
namespace {

using namespace std::chrono_literals;

TEST(DelayErrorsTest, AnErrorOfAnEdgeBelongsBelowIt) {
  DelayErrors errors;
  errors.Add(0ns);
  errors.Add(10us);
  errors.Add(10us + 1ns);
  errors.Add(20us);
  errors.Add(1h);
  EXPECT_EQ(errors.counts[0], 2U);
  EXPECT_EQ(errors.counts[1], 2U);
  EXPECT_EQ(errors.counts.back(), 1U);
  EXPECT_EQ(std::accumulate(errors.counts.begin(), errors.counts.end(), std::uint64_t{0}), 5U);
  EXPECT_EQ(errors.sum, 40'001ns + 1h);
}

TEST(DelayErrorsTest, TheEdgesSpanWhatAMachineAdds) {
  EXPECT_EQ(DelayErrors::kEdges.front(), 10us);
  EXPECT_EQ(DelayErrors::kEdges[1], 20us);
  EXPECT_GT(DelayErrors::kEdges.back(), 1s);
  EXPECT_LT(DelayErrors::kEdges[DelayErrors::kEdges.size() - 2], 1s);
}

}  // namespace
}  // namespace mock_server
