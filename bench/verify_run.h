#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"
#include "bench/simulate.h"
#include "bench/verify_case.h"
#include "results/lib/agreement.h"

namespace bench {

// A z beyond it is no chance.
inline constexpr double kLargestZ = 4;
// A mean whose standard error is a larger part of it might hide a fault of 2 %.
inline constexpr double kLargestError = 0.005;

enum class VerifyVerdict : std::uint8_t {
  kAgrees,
  kTooNoisy,  // it agrees, but so would a fault of 2 %
  kDiffers,
};

struct VerifiedQuantity {
  std::string quantity = {};
  PredictedUnit unit = PredictedUnit::kSeconds;
  double exact = 0;
  results::Agreement agreement = {};
  VerifyVerdict verdict = VerifyVerdict::kAgrees;
};

struct VerifiedCase {
  std::string name = {};
  batcher::Choice numbers = {};
  std::uint64_t calls = 0;  // simulated
  std::vector<VerifiedQuantity> quantities = {};
  std::vector<std::string> violations = {};  // what must hold in every run and did not

  [[nodiscard]] VerifyVerdict verdict() const;
};

struct VerifySize {
  std::optional<std::uint64_t> calls = {};  // in all replications; none: as many as the case says
  std::uint64_t replications = 100;         // each with a seed of its own, 2 or more
  std::uint64_t first_seed = 1;
  std::size_t jobs = 1;  // threads; they change no number
};

// How the records of a scenario come to be: SimulateInto.
using Simulator = std::function<decltype(SimulateInto)>;

struct VerifyControl {
  std::stop_token stop = {};
  std::function<void(double)> done = {};  // is told the share that is done, one thread at a time
  Simulator simulate = SimulateInto;
};

// Simulates the case with these numbers and compares. The first and the last twentieth of the calls
// of each replication don't count: there the run is not as it would be without end. None after a
// stop. An error: the numbers have no answer, or make no scenario.
[[nodiscard]] batcher::Result<std::optional<VerifiedCase>> Verify(
    const VerifyCase& verify_case, const batcher::Choice& numbers, const VerifySize& size,
    const VerifyControl& control = {});

}  // namespace bench
