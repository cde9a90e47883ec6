#pragma once

namespace bench {

// What the command tells its caller. The highest of those that apply in the order: interrupted,
// invalid, lacks evidence, failed.
enum class ExitCode : int {
  kGood = 0,
  kUsage = 2,           // wrong usage or bad input: nothing was run
  kLacksEvidence = 97,  // what was asked for can't be told from so few batches
  kInvalid = 98,        // the run can't be trusted
  kFailed = 99,         // a threshold, a comparison or a verification failed
  kInterrupted = 130,   // stopped by the user; what there is was written
};

}  // namespace bench
