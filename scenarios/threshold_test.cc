#include "scenarios/threshold.h"

#include <gtest/gtest.h>

namespace scenarios {
namespace {

TEST(ParseThresholdTest, ReadsDurationsAndNumbers) {
  const auto latency = ParseThreshold("latency.p99 <= 300ms");
  ASSERT_TRUE(latency);
  EXPECT_EQ(latency->quantity, "latency.p99");
  EXPECT_EQ(latency->comparison, Comparison::kAtMost);
  EXPECT_DOUBLE_EQ(latency->value, 300e6);

  const auto saved = ParseThreshold("requests_saved>-0.5");
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->comparison, Comparison::kAbove);
  EXPECT_DOUBLE_EQ(saved->value, -0.5);
}

TEST(ParseThresholdTest, SaysWhatIsWrong) {
  EXPECT_EQ(ParseThreshold("latency.p99").error().message,
            "found \"latency.p99\", wanted a comparison such as \"latency.p99 <= 300ms\"");
  EXPECT_EQ(
      ParseThreshold("latency.p98 <= 300ms").error().message,
      "unknown quantity \"latency.p98\"; allowed: latency, wait or burst_completion with .mean "
      ".p50 .p90 .p99 .p999 .max; calls_per_batch with .mean .max; requests_saved, credits, "
      "batches, http_requests, polls, calls, lone_calls, errors");
  EXPECT_EQ(ParseThreshold("requests_saved >= 5ms").error().message,
            "\"5ms\" is not a number, which requests_saved is compared with");
  EXPECT_EQ(
      ParseThreshold("latency.p99 <= 300").error().message,
      "\"300\" is not a duration: wanted a number of at least 0 with a unit, such as \"20ms\" (ns, "
      "us, ms, s, m, h)");
  EXPECT_FALSE(ParseThreshold("latency.p99 == 3ms"));
  EXPECT_FALSE(ParseThreshold("latency.p99 <== 3ms"));
  EXPECT_FALSE(ParseThreshold("<= 3ms"));
  EXPECT_FALSE(ParseThreshold(""));
}

TEST(FormatThresholdTest, ReadsBackForEveryQuantityAndComparison) {
  for (const Quantity& quantity : Quantities()) {
    for (const std::string sign : {"<=", ">=", "<", ">"}) {
      const std::string value = quantity.unit == batcher::FieldUnit::kDuration ? "1.5s" : "0.25";
      std::string text = quantity.name;
      text.append(" ").append(sign).append(" ").append(value);
      EXPECT_EQ(FormatThreshold(ParseThreshold(text).value()), text);
    }
  }
}

TEST(HoldsTest, TheValueItselfIsInsideOnlyWithEqualSigns) {
  const auto holds = [](const char* text, double measured) {
    return Holds(ParseThreshold(text).value(), measured);
  };
  EXPECT_TRUE(holds("calls <= 5", 5));
  EXPECT_FALSE(holds("calls <= 5", 5.001));
  EXPECT_FALSE(holds("calls < 5", 5));
  EXPECT_TRUE(holds("calls < 5", 4.999));
  EXPECT_TRUE(holds("calls >= 5", 5));
  EXPECT_FALSE(holds("calls >= 5", 4.999));
  EXPECT_FALSE(holds("calls > 5", 5));
  EXPECT_TRUE(holds("calls > 5", 5.001));
}

}  // namespace
}  // namespace scenarios
