#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "batcher/base/time.h"
#include "batcher/core/options.h"
#include "batcher/core/reply.h"

namespace batcher {

// A request that wants to leave.
struct Outgoing {
  std::uint32_t slot = 0;
  std::uint64_t batch = 0;
  RequestKind kind = RequestKind::kSubmit;
  std::size_t items = 0;  // that it carries: 0 for a poll
};

// Where requests queue before they leave: for a connection, for the client's own rate limit, for
// the time that sending takes. First in, first out. It also holds the budget: what it can't pay
// never leaves. A value.
class Wire {
 public:
  explicit Wire(const WireOptions& options);

  void Offer(Outgoing request);
  // Takes out the next request if it costs more than is left of the budget. To be asked, until
  // there is none, before Take: such a request keeps back those behind it.
  [[nodiscard]] std::optional<Outgoing> TakeUnpayable(Instant now);
  // The next request that leaves by `now`, if any; it then holds a connection until Release.
  [[nodiscard]] std::optional<Outgoing> Take(Instant now);
  void Release();
  // The service has no more credits to give: nothing that costs leaves, if there is a budget.
  void EndBudget();
  // Forgets what the batch has offered and not sent.
  void Drop(std::uint64_t batch);

  // Until when the client's machine is busy with sending a request; kNever: it is not.
  [[nodiscard]] Instant busy_until() const { return leaves_at_.value_or(kNever); }

  // When Take should be asked again; kNever: not before an Offer or a Release.
  [[nodiscard]] Instant next_at() const { return waiting_.empty() ? kNever : NextOfWaiting(); }

 private:
  [[nodiscard]] Instant NextOfWaiting() const;
  [[nodiscard]] Duration CostOf(const Outgoing& request) const;
  // When the rate limit lets the next request through.
  [[nodiscard]] Instant AllowedAt() const;
  // Whether the front request costs more than is left. REQUIRES: there is one.
  [[nodiscard]] bool FrontIsUnpayable() const;

  std::size_t max_connections_;
  SendCost cost_;
  Duration interval_{0};   // Between two requests at the limit's rate; 0: no limit.
  Duration tolerance_{0};  // How far ahead of that rate a burst may run.
  std::optional<std::uint64_t> half_credits_left_;  // Of the budget; none: no limit.

  std::deque<Outgoing> waiting_;
  std::size_t connections_ = 0;  // In use. Invariant: at most max_connections_.
  Instant paid_until_;           // The rate limit's account (GCRA): one interval for each request.
  std::optional<Instant> leaves_at_;  // The front request is being sent until then.
  Instant asked_at_;                  // The time of the last event.
};

}  // namespace batcher
