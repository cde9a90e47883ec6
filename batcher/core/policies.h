#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/time.h"
#include "batcher/core/policy.h"

namespace batcher {

// The rows of the registry, each defined in the file of its policy (policy_window.cc, ...).

PolicyKind UnbatchedKind();
PolicyKind TickKind();
PolicyKind WindowKind();
PolicyKind NaturalKind();
PolicyKind LingerKind();
PolicyKind QuietKind();
PolicyKind CountKind();
PolicyKind BalanceKind();
PolicyKind BalanceRandomKind();

// What `balance` and `balance_random` share: their fields, the window as far as it is given, ...
[[nodiscard]] std::vector<FieldSpec> PriceFields();
[[nodiscard]] std::optional<Duration> WindowIn(const Choice& choice);
// ... the end of the waiting with that window ...
[[nodiscard]] Due Capped(const Due& due, const QueueView& queue, std::optional<Duration> window);
// ... and a time shared by `calls`, rounded up to the next nanosecond. REQUIRES: calls > 0.
[[nodiscard]] Duration DividedUp(Duration time, std::size_t calls);

}  // namespace batcher
