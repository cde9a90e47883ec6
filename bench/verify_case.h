#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/core/records.h"

namespace bench {

enum class PredictedUnit : std::uint8_t { kSeconds, kNumber, kShare };

// What a sum over records is divided by.
enum class Per : std::uint8_t {
  kCall,
  kBatch,
  kSecond,  // from the first call that counts to the last
};

// A quantity for which mathematics has an answer, and how to measure it: a sum over the calls and
// batches of a long run, per call, batch or second.
struct Prediction {
  std::string quantity = {};  // "mean wait"
  double exact = 0;           // as it is in a run without end
  PredictedUnit unit = PredictedUnit::kSeconds;
  Per per = Per::kCall;
  std::function<double(const batcher::CallRecord&)> of_call = {};    // none: calls add nothing
  std::function<double(const batcher::BatchRecord&)> of_batch = {};  // none: batches add nothing
};

// A system that can be simulated and calculated.
struct VerifyCase {
  batcher::KindSpec spec = {};  // its name, what it is, and the numbers that may be chosen
  std::uint64_t calls = 0;      // that tell a fault of 2 %, for the numbers it has by default
  // Why there is no answer for these numbers, as a sentence; none: there is one.
  std::function<std::optional<std::string>(const batcher::Choice&)> problem = {};
  // The scenario, as path=value.
  std::function<std::vector<std::string>(const batcher::Choice&)> overrides = {};
  std::function<std::vector<Prediction>(const batcher::Choice&)> predictions = {};
};

// All of them, in the order of the table.
[[nodiscard]] const std::vector<VerifyCase>& VerifyCases();
// Null: there is none of that name.
[[nodiscard]] const VerifyCase* FindVerifyCase(std::string_view name);

// One file each; VerifyCases puts them together.
[[nodiscard]] std::vector<VerifyCase> QueueCases();    // calls one by one
[[nodiscard]] std::vector<VerifyCase> WindowCases();   // batches that leave at once
[[nodiscard]] std::vector<VerifyCase> NaturalCases();  // batches that wait for others
[[nodiscard]] std::vector<VerifyCase> PollCases();     // batches that are polled for

}  // namespace bench
