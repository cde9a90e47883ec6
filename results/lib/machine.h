#pragma once

#include <array>
#include <chrono>
#include <string>

namespace results {

// Processes that wanted to run: averages over the last 1, 5 and 15 minutes.
using LoadAverage = std::array<double, 3>;

// What a run depended on and cannot repeat. It has a file of its own, machine.json, so that
// run.json of a run in virtual time is the same wherever it was made.
struct Machine {
  std::string cpu = {};     // the model, or "unknown"
  long cores = 0;           // that are online
  std::string kernel = {};  // "Linux 6.1.0-18-amd64 x86_64"
  LoadAverage load_before{};
  LoadAverage load_after{};
  std::string compiler = {};                           // of this binary: "GNU 12.2.0"
  std::chrono::system_clock::time_point started = {};  // written in UTC
};

// Reads the machine before a run; `load_after` is left for the end of it. What can't be read is
// "unknown" or 0: no run fails for it.
[[nodiscard]] Machine ReadMachine(std::chrono::system_clock::time_point now);
[[nodiscard]] LoadAverage ReadLoadAverage();

// The text of machine.json.
[[nodiscard]] std::string MachineJson(const Machine& machine);

// "2026-11-23T08:05:00Z".
[[nodiscard]] std::string FormatUtc(std::chrono::system_clock::time_point time);

}  // namespace results
