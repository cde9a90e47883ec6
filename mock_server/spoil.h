#pragma once

#include <string>
#include <vector>

#include "mock_server/fault_plan.h"
#include "mock_server/routes.h"

namespace mock_server {

// What a fault makes of what goes over the wire. Pure; thread-safe.

// The reply that comes in place of the service's. REQUIRES: IsInPlaceOfService(fault).
[[nodiscard]] Reply ReplyInPlace(const Fault& fault);

// Faults of items: the addresses that a batch answer, or the answer to a single call, has items
// for, when these were asked for. Other faults leave them. An empty list stays empty.
void SpoilItems(const Fault& fault, std::vector<std::string>& addresses);

// The other faults, of a finished reply.
void SpoilReply(const Fault& fault, Reply& reply);

// Asks the client to wait for so long: whole seconds, never less than that.
void AskToWait(Duration wait, Reply& reply);

}  // namespace mock_server
