#include "batcher/metrics/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <string>

namespace batcher {
namespace {

std::map<std::string, double> Values() {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : ProcessMetrics().Collect()) {
    EXPECT_EQ(family.metric.size(), 1U) << family.name;
    EXPECT_FALSE(family.help.empty()) << family.name;
    EXPECT_EQ(family.type == prometheus::MetricType::Counter, family.name.ends_with("_total"));
    values[family.name] = family.metric.front().gauge.value;
  }
  return values;
}

TEST(ProcessMetricsTest, TellOfThisProcess) {
  const std::map<std::string, double> values = Values();
  EXPECT_EQ(values.size(), 7U);
  EXPECT_GE(values.at("process_cpu_seconds_total"), 0);
  EXPECT_GT(values.at("process_resident_memory_bytes"), 100e3);
  EXPECT_GT(values.at("process_virtual_memory_bytes"), values.at("process_resident_memory_bytes"));
  EXPECT_GE(values.at("process_open_fds"), 1);
  EXPECT_GE(values.at("process_max_fds"), values.at("process_open_fds"));
  EXPECT_GE(values.at("process_threads"), 1);
}

TEST(ProcessMetricsTest, TheStartLiesBeforeNowAndAfterTheYear2020) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const double start = Values().at("process_start_time_seconds");
  constexpr double kYear2020 = 1577836800;
  constexpr double kRounding = 2;  // The machine's own start is told in whole seconds.
  EXPECT_LT(start, now + kRounding);
  EXPECT_GT(start, kYear2020);
}

TEST(ProcessMetricsTest, AnOpenFileCounts) {
  const double before = Values().at("process_open_fds");
  const int descriptor = ::dup(STDERR_FILENO);
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(Values().at("process_open_fds"), before + 1);
  ::close(descriptor);
  EXPECT_EQ(Values().at("process_open_fds"), before);
}

}  // namespace
}  // namespace batcher
