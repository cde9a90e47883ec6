#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bench/command_run.h"
#include "bench/exit_code.h"

namespace bench {

struct VerifyOptions {
  std::vector<std::string> cases = {};      // empty: all
  std::vector<std::string> sets = {};       // FIELD=VALUE, of the one case
  std::optional<std::uint64_t> calls = {};  // of each case
  std::uint64_t seed = 1;
  std::size_t jobs = 0;  // 0: one for each core
  OutputOptions output = {};
};

// Simulates systems that mathematics has an answer for, and compares.
[[nodiscard]] ExitCode CommandVerify(const VerifyOptions& options, const std::stop_token& stop);

// The cases and their numbers, for --help.
[[nodiscard]] std::string VerifyCaseHelp();

}  // namespace bench
