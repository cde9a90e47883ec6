#pragma once

#include <cstdint>

#include "results/lib/ledger.h"

namespace results {

// For the tests of this folder: call `number` at position 0 of batch `batch`, without any wait.
// Each stamp is at `start` but the last three, which are `service` later.
inline batcher::CallRecord MakeCall(std::uint64_t number, std::uint64_t batch,
                                    batcher::Duration start, batcher::Duration service) {
  batcher::CallRecord call;
  call.call = call.key = number;
  call.batch = batch;
  call.endpoint = batcher::EndpointKind::kBatch;
  for (const auto& stamp : kCallStamps) {
    call.*stamp.at = batcher::At(start);
  }
  call.answered = call.replied = call.delivered = batcher::At(start + service);
  return call;
}

// A batch of one call, accepted at its first attempt and polled once.
inline batcher::BatchRecord MakeBatch(std::uint64_t batch, batcher::Duration start,
                                      batcher::Duration service) {
  batcher::BatchRecord record;
  record.batch = record.first_call = batch;
  record.calls = record.entries = 1;
  record.attempts = record.accepted = record.polls = 1;
  record.status = 200;
  for (const auto& stamp : kBatchStamps) {
    record.*stamp.at = batcher::At(start);
  }
  record.answered = record.replied = batcher::At(start + service);
  return record;
}

// `count` calls with a batch each, one every millisecond, the n-th served in n + 1 ms.
inline Ledger MakeLedger(std::uint64_t count) {
  Ledger ledger;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::chrono::milliseconds start(i);
    const std::chrono::milliseconds service(i + 1);
    ledger.calls.push_back(MakeCall(i, i, start, service));
    ledger.batches.push_back(MakeBatch(i, start, service));
  }
  return ledger;
}

}  // namespace results
