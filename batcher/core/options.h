#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace batcher {

// The policies and polls by name, for code; scenario files choose from PolicyKinds and PollKinds.
[[nodiscard]] Choice UnbatchedPolicy();
[[nodiscard]] Choice TickPolicy(Duration period);
[[nodiscard]] Choice WindowPolicy(Duration window);
[[nodiscard]] Choice NaturalPolicy();
[[nodiscard]] Choice LingerPolicy(std::size_t min_size, Duration window);
[[nodiscard]] Choice QuietPolicy(Duration gap, Duration window);
[[nodiscard]] Choice CountPolicy(std::size_t size);
[[nodiscard]] Choice BalancePolicy(Duration price, std::optional<Duration> window = {});
[[nodiscard]] Choice BalanceRandomPolicy(Duration price, std::optional<Duration> window = {});
[[nodiscard]] Choice ExpectedPoll();
[[nodiscard]] Choice FixedPoll(Duration every);
// `cap` is raised to `first`.
[[nodiscard]] Choice BackoffPoll(Duration first, double factor, Duration cap);
[[nodiscard]] Choice SchedulePoll(Duration first, double factor);

// What to do with a call that finds max_queued calls queued.
enum class Overflow : std::uint8_t {
  kReject,      // the new call ends as rejected_queue_full
  kShedOldest,  // the call that has been queued longest ends as rejected_shed
  kWait,  // the new call waits for room, if its caller can (see Batcher::Get); else as kReject
};

// The queue and its limits.
struct QueueOptions {
  Choice policy = WindowPolicy(std::chrono::milliseconds(10));  // see PolicyKinds

  // Entries of a batch at most, at least 1. The default is Geoapify's limit.
  std::size_t max_items = 1000;
  // Bytes of a batch at most; an item that is larger by itself is rejected. None: no limit.
  std::optional<std::size_t> max_bytes = {};
  // Batches in flight at most, at least 1. None: no limit.
  std::optional<std::size_t> max_in_flight = 4;
  // Calls queued at most, at least 1; `overflow` says what happens to more.
  std::size_t max_queued = 100'000;
  Overflow overflow = Overflow::kReject;
  // A flush of fewer entries goes through the single endpoint, each entry by itself, where there is
  // a single endpoint. 1: never.
  std::size_t single_below = 2;
  // Calls with a key that is already queued share its entry.
  bool dedup = true;
  // ... and also share an entry that is in flight.
  bool join_in_flight = false;
};

// HTTP requests that the client lets itself send.
struct ClientRateLimit {
  double rate_per_second = 5;  // above 0; polls count
  double burst = 5;            // at least 1
};

// What the client's own machine spends on each HTTP request, one at a time. For virtual time: in
// real time the machine itself takes it, and both are 0.
struct SendCost {
  Duration per_request{0};
  Duration per_item{0};
};

// Retries that all batches of a batcher share: each takes one off a reserve, and each answer gives
// a part of one back. So a service that fails now and then has every failure repeated, and one that
// has broken down gets the reserve once and then each batch a single time. See RetryBudget.
struct RetryBudgetOptions {
  double reserve = 100;  // retries at once, at least 1
  double share = 0.2;    // retries that an answer earns, at least 0
};

// The wire: how a batch is sent, polled and retried.
struct WireOptions {
  Choice poll = ExpectedPoll();  // see PollKinds

  // Consecutive failures of a batch that are repeated; the next one ends it.
  std::size_t retries = 2;
  // The first pause before a retry; each further one is twice as long, each drawn from 50..150 %.
  Duration backoff = std::chrono::milliseconds(100);
  // The longest pause that the service gets by asking for it (Retry-After); it is longer only where
  // `backoff` is. At least 0.
  Duration max_retry_after = std::chrono::seconds(30);
  // None: every batch may use its retries, whatever becomes of the others.
  std::optional<RetryBudgetOptions> retry_budget = RetryBudgetOptions{};
  // From a call's submit to its outcome, at most. Above 0: it is what ends every wait. More than a
  // century, such as Duration::max(), is a century.
  Duration timeout = std::chrono::seconds(30);
  // Requests that a batch may cost beyond its own (and the polls and retries of each) to find the
  // entry at fault, when it fails for good by an error that names none: it is halved, and so is
  // each half that fails. What the budget leaves undivided fails together. Below 2: never. Not for
  // errors that are no entry's fault: an unreachable service, a quota.
  std::size_t isolation_requests = 0;
  // One HTTP request, or one call of your own function, at most; it is then given up and repeated,
  // as `retries` allows. Above 0; a century at most, as above.
  Duration attempt_timeout = std::chrono::seconds(10);
  // HTTP requests under way at once, at least 1.
  std::size_t max_connections = 100;
  std::optional<ClientRateLimit> rate_limit = {};
  // Between two polls of one batch, at least, and between its submit and the first.
  Duration min_poll{0};
  // Credits that may be spent, at least 0; see HalfCreditsOf for the prices. Each request counts
  // when it leaves, repeated ones again. One that would exceed them is not sent: its batch ends
  // with kFailedQuota. They also end when the service says that its quota is used up. None: no
  // limit.
  std::optional<double> max_credits = {};
  SendCost cost = {};
};

// What is wrong with them, in a sentence, such as "max_items: found 0, wanted at least 1"; none:
// they can be used. For options that come from a file or an operator.
[[nodiscard]] std::optional<Error> ProblemOf(const QueueOptions& options);
[[nodiscard]] std::optional<Error> ProblemOf(const WireOptions& options);

struct EngineOptions {
  QueueOptions queue = {};
  WireOptions wire = {};
  // Whether the service has a single endpoint. Without one single_below is 1.
  bool has_single = true;
  std::uint64_t seed = 1;  // of the jitter of retries, and of random policies
};

}  // namespace batcher
