#include "bench/calibrate_plan.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace bench {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

double CreditsOf(const std::vector<ProbeShape>& order) {
  double credits = 0;
  for (const ProbeShape& shape : order) {
    credits += shape.batch ? 0.5 * static_cast<double>(shape.size) : 1;
  }
  return credits;
}

TEST(CalibratePlanTest, NeverPlansMoreThanTheCreditsAndSpendsMostOfThem) {
  for (int halves = 13; halves < 20'000; halves += 1 + halves / 50) {
    const double credits = halves / 2.0;
    const auto plan = PlanProbes(credits, 1000);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_LE(plan->credits, credits);
    EXPECT_EQ(plan->credits, CreditsOf(OrderOf(*plan, 1))) << "the warm-up is in both";
    ASSERT_EQ(plan->shapes.size(), 4U);
    for (std::size_t i = 0; i < plan->shapes.size(); ++i) {
      EXPECT_GE(plan->shapes[i].count, 1U);
      EXPECT_TRUE(i == 0 || plan->shapes[i].shape.size > plan->shapes[i - 1].shape.size);
    }
    if (credits > 50) {
      EXPECT_GE(plan->credits, 0.8 * credits);
      EXPECT_GE(plan->shapes.back().count, 5U);
    }
  }
}

TEST(CalibratePlanTest, WithoutALimitEachShapeIsSentTwentyTimesOrMore) {
  const auto plan = PlanProbes({}, 1000);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->shapes.back().shape.size, 1000U);
  for (const PlannedShape& planned : plan->shapes) {
    EXPECT_GE(planned.count, 20U);
  }
  EXPECT_LT(ExpectedTime(*plan, {}, 5ms), 1min) << "of the default service";
}

TEST(CalibratePlanTest, SaysWhatIsTooLittle) {
  EXPECT_TRUE(PlanProbes(6.5, 1000));
  const auto poor = PlanProbes(6.4, 1000);
  ASSERT_FALSE(poor);
  EXPECT_THAT(poor.error().message, HasSubstr("--max-credits: found 6.4, wanted at least 6.5"));
  EXPECT_TRUE(PlanProbes({}, 4));
  const auto small = PlanProbes({}, 3);
  ASSERT_FALSE(small);
  EXPECT_THAT(small.error().message, HasSubstr("batcher.max_items: found 3"));
}

TEST(CalibratePlanTest, TheOrderIsRandomWithOneSingleCallAhead) {
  const auto plan = PlanProbes(200, 1000);
  ASSERT_TRUE(plan);
  const auto sizes = [&](std::uint64_t seed) {
    std::vector<std::size_t> list;
    for (const ProbeShape& shape : OrderOf(*plan, seed)) {
      list.push_back(shape.size);
    }
    return list;
  };
  EXPECT_EQ(sizes(1).front(), 1U);
  EXPECT_EQ(sizes(1), sizes(1));
  EXPECT_NE(sizes(1), sizes(2));
  EXPECT_TRUE(std::ranges::is_permutation(sizes(1), sizes(2)));
  EXPECT_FALSE(std::ranges::is_sorted(sizes(1)));
}

}  // namespace
}  // namespace bench
