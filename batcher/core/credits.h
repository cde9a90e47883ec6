#pragma once

#include <cstddef>
#include <cstdint>

#include "batcher/core/outcome.h"
#include "batcher/core/records.h"
#include "batcher/core/reply.h"

namespace batcher {

// Geoapify's prices, in half credits so that sums are exact: an address by itself costs one credit,
// an address of a batch half of one, a poll nothing.

constexpr std::uint64_t HalfCreditsOf(EndpointKind endpoint, std::size_t entries) {
  return endpoint == EndpointKind::kBatch ? entries : 2 * entries;
}

constexpr std::uint64_t HalfCreditsOf(RequestKind request, std::size_t entries) {
  return request == RequestKind::kPoll     ? 0
         : request == RequestKind::kSubmit ? HalfCreditsOf(EndpointKind::kBatch, entries)
                                           : HalfCreditsOf(EndpointKind::kSingle, entries);
}

// What the service charges for a batch: for each attempt that it took on.
constexpr std::uint64_t HalfCreditsOf(const BatchRecord& batch) {
  return HalfCreditsOf(batch.endpoint, batch.entries) * batch.accepted;
}

}  // namespace batcher
