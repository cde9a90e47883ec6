#pragma once

#include <span>
#include <string>
#include <vector>

#include "batcher/core/events.h"
#include "batcher/core/outcome.h"
#include "batcher/core/reply.h"
#include "mock_server/fault_plan.h"
#include "mock_server/routes.h"

namespace bench {

// What the client over HTTP concludes from what a faulty service sends, for the same in virtual
// time: the mock's own replies are made and read with the client's own code. Their times are left
// unset.

// From a reply that is an error.
[[nodiscard]] batcher::Reply Concluded(batcher::RequestKind kind, const mock_server::Reply& reply);

// From a connection that broke.
[[nodiscard]] batcher::Reply Unreachable();

// From a reply of `status` whose body the fault has spoilt. REQUIRES: garbage, truncated or no_id.
[[nodiscard]] batcher::Reply ConcludedFromSpoilt(batcher::RequestKind kind, int status,
                                                 const mock_server::Fault& fault);

// From the results for `addresses`, when the fault is one of items.
struct MatchedOutcomes {
  std::vector<batcher::Outcome> outcomes = {};  // one for each address
  std::size_t mismatches = 0;                   // results that belong to no address
};
[[nodiscard]] MatchedOutcomes ConcludedFromItems(const std::vector<std::string>& addresses,
                                                 const mock_server::Fault& fault);

}  // namespace bench
