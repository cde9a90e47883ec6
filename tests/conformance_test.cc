// Goal: the two worlds are one: the same calls give the same batches in real and in virtual time.
// Method: scripts whose batches do not hang on the speed of the machine (bursts that fill batches,
// and a window far longer than the burst) go through the virtual world and through a batcher on
// threads; the batches are compared by size, reason, endpoint and members.

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/runtime/virtual_world.h"
#include "results/lib/ledger.h"

namespace {

using namespace std::chrono_literals;
using batcher::BatchRecord;
using batcher::CallRecord;

// What must be equal of a batch: its number, reason, endpoint, entries, calls, and who was in it
// where.
using Shape = std::tuple<std::uint64_t, batcher::FlushReason, batcher::EndpointKind, std::uint32_t,
                         std::uint32_t, std::set<std::pair<std::uint64_t, std::uint32_t>>>;

std::vector<Shape> ShapesOf(results::Ledger ledger) {
  results::SortLedger(ledger);
  std::vector<Shape> shapes;
  for (const BatchRecord& batch : ledger.batches) {
    std::set<std::pair<std::uint64_t, std::uint32_t>> members;
    for (const CallRecord& call : ledger.calls) {
      if (call.batch == batch.batch) {
        members.emplace(call.call, call.position);
      }
    }
    shapes.emplace_back(batch.batch, batch.reason, batch.endpoint, batch.entries, batch.calls,
                        members);
  }
  return shapes;
}

// Answers each request at once.
class InstantService final : public batcher::VirtualService {
 public:
  std::optional<batcher::VirtualReply> Serve(const batcher::Send& /*send*/,
                                             std::span<const batcher::Entry> /*entries*/,
                                             std::uint64_t /*first_call*/,
                                             batcher::Instant now) override {
    return batcher::VirtualReply{.at = now, .reply = {.kind = batcher::ReplyKind::kAnswered}};
  }
};

// All calls come at time 0.
class AllAtOnce {
 public:
  explicit AllAtOnce(const std::vector<int>& keys) : keys_(keys) {}

  [[nodiscard]] batcher::Instant next_at() const {
    return next_ == keys_.size() ? batcher::kNever : batcher::Instant{};
  }
  batcher::VirtualArrival Take() {
    const std::size_t call = next_++;
    return {.at = {}, .call = call, .key = static_cast<std::uint64_t>(keys_[call])};
  }

 private:
  const std::vector<int>& keys_;
  std::size_t next_ = 0;
};

results::Ledger InVirtualTime(const batcher::QueueOptions& queue, const std::vector<int>& keys) {
  results::Ledger ledger;
  batcher::Engine engine({.queue = queue, .wire = {}});
  InstantService service;
  batcher::VirtualWorld world(engine, service, [&](const batcher::Effects& effects) {
    for (const auto& ended : effects.calls) {
      ledger.calls.push_back(ended.record);
    }
    for (const auto& ended : effects.batches) {
      ledger.batches.push_back(ended.record);
    }
  });
  AllAtOnce calls(keys);
  world.Run(calls);
  return ledger;
}

class LedgerObserver final : public batcher::Observer {
 public:
  void OnCall(const CallRecord& call) override { ledger.calls.push_back(call); }
  void OnBatch(const BatchRecord& batch, std::string_view /*message*/) override {
    ledger.batches.push_back(batch);
  }
  results::Ledger ledger;  // Of the batcher's thread, until that has ended.
};

results::Ledger InRealTime(const batcher::QueueOptions& queue, const std::vector<int>& keys) {
  LedgerObserver observer;
  {
    batcher::Batcher<int, int> doubled(
        {.batch =
             [](std::span<const int> batch, const std::stop_token&) {
               std::vector<batcher::ItemResult<int>> results;
               for (const int key : batch) {
                 results.push_back(batcher::Found(2 * key));
               }
               return results;
             },
         .single = [](int key, const std::stop_token&) { return batcher::Found(2 * key); }},
        {.queue = queue, .observer = &observer});
    std::vector<batcher::Pending<int>> pending;
    for (const int key : keys) {
      pending.push_back(doubled.Get(key));
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const batcher::Answer<int>& answer = pending[i].Wait();
      EXPECT_TRUE(answer);
      EXPECT_EQ(answer.value.value_or(0), 2 * keys[i]);
    }
  }
  return observer.ledger;
}

void ExpectTheSameBatches(const batcher::QueueOptions& queue, const std::vector<int>& keys) {
  const std::vector<Shape> simulated = ShapesOf(InVirtualTime(queue, keys));
  const std::vector<Shape> measured = ShapesOf(InRealTime(queue, keys));
  EXPECT_FALSE(simulated.empty());
  EXPECT_EQ(simulated, measured);
}

std::vector<int> Distinct(int count) {
  std::vector<int> keys;
  for (int key = 0; key < count; ++key) {
    keys.push_back(key);
  }
  return keys;
}

TEST(ConformanceTest, FullBatchesAndARemainderThatWaitsForTheWindow) {
  ExpectTheSameBatches({.policy = batcher::WindowPolicy(1s), .max_items = 250}, Distinct(600));
}

TEST(ConformanceTest, SharedEntries) {
  std::vector<int> keys;
  for (int i = 0; i < 300; ++i) {
    keys.push_back(i % 40);
  }
  ExpectTheSameBatches({.policy = batcher::WindowPolicy(1s), .max_items = 100}, keys);
}

TEST(ConformanceTest, FewCallsThatLeaveSingly) {
  ExpectTheSameBatches({.policy = batcher::WindowPolicy(1s), .max_items = 10, .single_below = 4},
                       Distinct(13));
}

TEST(ConformanceTest, EachCallByItself) {
  ExpectTheSameBatches({.policy = batcher::UnbatchedPolicy(), .max_in_flight = 1}, Distinct(50));
}

}  // namespace
