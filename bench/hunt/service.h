#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "batcher/core/events.h"
#include "bench/hunt/case.h"

namespace hunt {

// What the service says to one request, and when.
struct Plan {
  // One result in the order of the answer.
  struct Item {
    std::size_t entry = 0;  // of those that were asked for, or kNobodys
    batcher::Outcome outcome = batcher::Outcome::kValue;
  };
  static constexpr std::size_t kNobodys = static_cast<std::size_t>(-1);

  batcher::Instant at = batcher::kNever;  // kNever: never
  batcher::ReplyKind kind = batcher::ReplyKind::kAnswered;
  batcher::Outcome failure = batcher::Outcome::kFailedStatus;
  int status = 200;
  std::optional<batcher::Duration> retry_after = {};
  std::vector<Item> items = {};             // kAnswered, as they are on the wire
  bool named = true;                        // the items name their keys
  std::vector<batcher::Outcome> told = {};  // kAnswered: what each entry must get
};

// The service of a case, which fails, lies and hangs as it is told to.
class ServiceModel {
 public:
  // `attempt_timeout`: when a request is given up, so that a reply can come after that.
  ServiceModel(const Service& service, batcher::Duration attempt_timeout)
      : service_(service), attempt_timeout_(attempt_timeout) {}

  // `keys`: those that the request asks for. `now` does not go backwards.
  [[nodiscard]] Plan Serve(const batcher::Send& send, std::span<const std::uint64_t> keys,
                           std::uint64_t first_call, batcher::Instant now);

  // From now on it answers at once whatever it is asked.
  void Heal() { healed_ = true; }

  // Whether there is such a thing as the key.
  [[nodiscard]] batcher::Outcome TruthOf(std::uint64_t key) const;

 private:
  struct Job {
    std::uint64_t batch = static_cast<std::uint64_t>(-1);
    std::uint64_t requests = 0;  // of the batch, so far
    batcher::Instant ready = batcher::kNever;
  };

  [[nodiscard]] bool Fail(const batcher::Send& send, batcher::RandomStream& random, Plan& plan);
  void Answer(std::span<const std::uint64_t> keys, batcher::RandomStream& random, Plan& plan);
  [[nodiscard]] batcher::Instant OnGrid(batcher::Instant at) const;

  Service service_;
  batcher::Duration attempt_timeout_;
  bool healed_ = false;
  std::vector<Job> jobs_;  // by slot
};

}  // namespace hunt
