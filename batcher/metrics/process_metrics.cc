#include "batcher/metrics/process_metrics.h"

#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "batcher/metrics/series_maker.h"

namespace batcher {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// None: left out.
void Add(std::vector<MetricFamily>& families, MetricType type, const MetricText& text,
         std::optional<double> value) {
  if (!value) {
    return;
  }
  MetricFamily& family = families.emplace_back();
  family.name = text.name;
  family.help = text.help;
  family.type = type;
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.counter.value = *value;
  metric.gauge.value = *value;
}

// The numbers of /proc/self/stat, counted as in proc(5) from 1; the first three are no numbers.
class Stat {
 public:
  Stat() {
    std::ifstream file("/proc/self/stat");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    // The name of the program stands in brackets, and may hold anything.
    const std::size_t name_end = text.rfind(')');
    std::istringstream fields(name_end == std::string::npos ? "" : text.substr(name_end + 1));
    std::string state;
    fields >> state;
    for (double number = 0; fields >> number;) {
      numbers_.push_back(number);
    }
  }

  [[nodiscard]] std::optional<double> Field(std::size_t number) const {
    constexpr std::size_t kFirst = 4;
    return number - kFirst < numbers_.size() ? std::optional(numbers_[number - kFirst])
                                             : std::nullopt;
  }

 private:
  std::vector<double> numbers_;
};

std::optional<double> CpuSeconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) {
    return std::nullopt;
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::optional<double> OpenFiles() {
  std::error_code error;
  std::filesystem::directory_iterator file("/proc/self/fd", error);
  double count = -1;  // The folder itself is open.
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
    ++count;
  }
  return error ? std::nullopt : std::optional(count);
}

std::optional<double> MaxFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::nullopt;
  }
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<double>::infinity()
                                         : static_cast<double>(limit.rlim_cur);
}

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string name; file >> name;) {
    if (double seconds = 0; name == "btime" && file >> seconds) {
      return seconds;
    }
  }
  return std::nullopt;
}

std::optional<double> StartTime(const Stat& stat) {
  const std::optional<double> boot = BootTime();
  const std::optional<double> ticks = stat.Field(22);
  if (!boot || !ticks) {
    return std::nullopt;
  }
  return *boot + *ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  const Stat stat;
  const std::optional<double> pages = stat.Field(24);
  std::vector<MetricFamily> all;
  Add(all, MetricType::Counter,
      {.name = "process_cpu_seconds_total", .help = "Processor time, of the user and the system."},
      CpuSeconds());
  Add(all, MetricType::Gauge,
      {.name = "process_resident_memory_bytes", .help = "Memory that is resident."},
      pages ? std::optional(*pages * static_cast<double>(sysconf(_SC_PAGESIZE))) : std::nullopt);
  Add(all, MetricType::Gauge,
      {.name = "process_virtual_memory_bytes", .help = "Memory that is mapped."}, stat.Field(23));
  Add(all, MetricType::Gauge, {.name = "process_open_fds", .help = "Open file descriptors."},
      OpenFiles());
  Add(all, MetricType::Gauge, {.name = "process_max_fds", .help = "Open file descriptors at most."},
      MaxFiles());
  Add(all, MetricType::Gauge,
      {.name = "process_start_time_seconds", .help = "When the process began, in Unix time."},
      StartTime(stat));
  Add(all, MetricType::Gauge, {.name = "process_threads", .help = "Threads."}, stat.Field(20));
  return all;
}

}  // namespace batcher
