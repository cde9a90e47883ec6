#include "batcher/core/wire.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/check.h"
#include "batcher/core/credits.h"

namespace batcher {
namespace {

std::uint64_t HalfCreditsOf(const Outgoing& request) {
  return HalfCreditsOf(request.kind, request.items);
}

}  // namespace

Wire::Wire(const WireOptions& options)
    : max_connections_(options.max_connections), cost_(options.cost) {
  CHECK(max_connections_ >= 1);
  if (options.rate_limit) {
    const double interval_ns = 1e9 / options.rate_limit->rate_per_second;
    interval_ = Duration(std::llround(interval_ns));
    tolerance_ = Duration(std::llround(interval_ns * (options.rate_limit->burst - 1)));
  }
  if (options.max_credits) {
    CHECK(*options.max_credits >= 0);
    half_credits_left_ = static_cast<std::uint64_t>(std::floor(*options.max_credits * 2));
  }
}

void Wire::Offer(Outgoing request) { waiting_.push_back(request); }

Duration Wire::CostOf(const Outgoing& request) const {
  return cost_.per_request + static_cast<std::int64_t>(request.items) * cost_.per_item;
}

Instant Wire::AllowedAt() const { return paid_until_ - tolerance_; }

bool Wire::FrontIsUnpayable() const {
  return half_credits_left_ && !leaves_at_ && HalfCreditsOf(waiting_.front()) > *half_credits_left_;
}

std::optional<Outgoing> Wire::TakeUnpayable(Instant now) {
  asked_at_ = now;
  if (waiting_.empty() || !FrontIsUnpayable()) {
    return std::nullopt;
  }
  const Outgoing request = waiting_.front();
  waiting_.pop_front();
  return request;
}

std::optional<Outgoing> Wire::Take(Instant now) {
  asked_at_ = now;
  if (waiting_.empty() || FrontIsUnpayable()) {
    return std::nullopt;
  }
  if (!leaves_at_) {
    if (connections_ == max_connections_ || (interval_ > Duration(0) && AllowedAt() > now)) {
      return std::nullopt;
    }
    ++connections_;
    paid_until_ = std::max(paid_until_, now) + interval_;
    if (half_credits_left_) {
      *half_credits_left_ -= HalfCreditsOf(waiting_.front());
    }
    leaves_at_ = now + CostOf(waiting_.front());
  }
  if (*leaves_at_ > now) {
    return std::nullopt;
  }
  leaves_at_.reset();
  const Outgoing request = waiting_.front();
  waiting_.pop_front();
  return request;
}

void Wire::Release() {
  CHECK(connections_ > 0);
  --connections_;
}

void Wire::EndBudget() {
  if (half_credits_left_) {
    half_credits_left_ = 0;
  }
}

void Wire::Drop(std::uint64_t batch) {
  if (!waiting_.empty() && leaves_at_ && waiting_.front().batch == batch) {
    leaves_at_.reset();
    Release();
    if (half_credits_left_) {
      *half_credits_left_ += HalfCreditsOf(waiting_.front());  // It has not left.
    }
  }
  std::erase_if(waiting_, [&](const Outgoing& request) { return request.batch == batch; });
}

Instant Wire::NextOfWaiting() const {
  if (leaves_at_) {
    return *leaves_at_;
  }
  if (FrontIsUnpayable()) {
    return asked_at_;
  }
  if (connections_ == max_connections_) {
    return kNever;
  }
  return interval_ > Duration(0) ? std::max(asked_at_, AllowedAt()) : asked_at_;
}

}  // namespace batcher
