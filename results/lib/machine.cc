#include "results/lib/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

namespace results {
namespace {

std::string ReadCpu() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

std::string ReadKernel() {
  utsname names{};
  if (uname(&names) != 0) {
    return "unknown";
  }
  return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

}  // namespace

Machine ReadMachine(std::chrono::system_clock::time_point now) {
#ifdef __clang__
  const std::string compiler = "Clang " __clang_version__;
#else
  const std::string compiler = "GNU " __VERSION__;
#endif
  return {.cpu = ReadCpu(),
          .cores = sysconf(_SC_NPROCESSORS_ONLN),
          .kernel = ReadKernel(),
          .load_before = ReadLoadAverage(),
          .load_after = {},
          .compiler = compiler,
          .started = now};
}

LoadAverage ReadLoadAverage() {
  LoadAverage load{};
  std::ifstream file("/proc/loadavg");
  file >> load[0] >> load[1] >> load[2];
  return load;
}

std::string MachineJson(const Machine& machine) {
  const nlohmann::ordered_json json = {
      {"schema_version", 1},
      {"started_utc", FormatUtc(machine.started)},
      {"cpu", machine.cpu},
      {"cores", machine.cores},
      {"kernel", machine.kernel},
      {"compiler", machine.compiler},
      {"load_before", machine.load_before},
      {"load_after", machine.load_after},
  };
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string FormatUtc(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%FT%TZ", &parts)};
}

}  // namespace results
