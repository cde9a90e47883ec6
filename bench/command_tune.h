#pragma once

#include <stop_token>
#include <string>

#include "bench/command_run.h"
#include "bench/exit_code.h"
#include "bench/tune_input.h"

namespace bench {

struct TuneOptions {
  TuneSources sources;
  std::string time_is = "arrival";    // or "completion"
  std::string minimise = "requests";  // or "latency", "credits"
  std::string call_price;             // a duration; empty: none
  bool robust = false;
  std::string budget = "60s";
  std::string emit;      // an Emitter; empty: words
  std::size_t jobs = 0;  // threads; 0: one for each core
  std::string out;       // the result directory; empty: results/runs/...
  OutputOptions output;
};

// `batchlab tune`: a log of calls in, a window out.
[[nodiscard]] ExitCode CommandTune(const TuneOptions& options, const std::stop_token& stop);

}  // namespace bench
