#include "bench/faults_done.h"

#include <algorithm>
#include <string>

#include "mock_server/fault_kinds.h"
#include "mock_server/fault_plan.h"

namespace bench {
namespace {

using batcher::Instant;
using mock_server::FaultKind;

// When nobody listened, from the start to the last reply.
std::vector<std::pair<Instant, Instant>> DowntimesOf(const scenarios::Scenario& scenario,
                                                     const results::Ledger& ledger) {
  Instant end;
  for (const batcher::BatchRecord& batch : ledger.batches) {
    end = std::max(end, batch.replied);
  }
  const mock_server::FaultPlan plan(scenario.server.faults, scenario.seed);
  std::vector<std::pair<Instant, Instant>> downtimes;
  for (Instant down = plan.NextDown(Instant()); down <= end && down != batcher::kNever;
       down = plan.NextDown(downtimes.back().second)) {
    downtimes.emplace_back(down, plan.NextUp(down));
  }
  return downtimes;
}

bool Names(const scenarios::Scenario& scenario, FaultKind kind) {
  return std::ranges::any_of(scenario.server.faults, [&](const batcher::Choice& fault) {
    return fault.kind() == Name(kind);
  });
}

}  // namespace

results::FaultsDone FaultsDoneOf(const scenarios::Scenario& scenario,
                                 const mock_server::FaultLog& log, const results::Ledger& ledger) {
  results::FaultsDone done{.downtimes = DowntimesOf(scenario, ledger),
                           .credits_lost = static_cast<double>(log.half_credits_lost) / 2};
  for (std::size_t i = 0; i < mock_server::kFaultNames.size(); ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (Names(scenario, kind)) {
      const std::uint64_t count =
          kind == FaultKind::kRefused ? done.downtimes.size() : log.counts.at(i);
      done.injected.emplace_back(std::string(Name(kind)), count);
    }
  }
  done.first_calls.reserve(log.done.size());
  for (const mock_server::DoneFault& fault : log.done) {
    done.first_calls.push_back(fault.ordinal);
  }
  return done;
}

}  // namespace bench
