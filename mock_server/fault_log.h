#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "batcher/base/time.h"
#include "mock_server/fault_kinds.h"

namespace mock_server {

// How often each kind was done; never kRefused, which nobody sees.
using FaultCounts = std::array<std::uint64_t, kFaultNames.size()>;

// A fault that was done to a request.
struct DoneFault {
  FaultKind kind = FaultKind::kStatus;
  std::uint64_t ordinal = 0;  // of the call that the request was for, of a batch its first
};

// What a service has done wrong on purpose. A value.
struct FaultLog {
  static constexpr std::size_t kMostDone = 1'000'000;

  FaultCounts counts{};
  std::vector<DoneFault> done = {};  // the first kMostDone
  // Charged for single calls and batches whose answer, or acceptance, nobody can read.
  std::uint64_t half_credits_lost = 0;
  std::uint64_t too_many_requests = 0;  // of kStatus, those that were a 429

  void Add(DoneFault fault, std::uint64_t half_credits);
};

}  // namespace mock_server
