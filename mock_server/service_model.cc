#include "mock_server/service_model.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "batcher/base/check.h"

namespace mock_server {
namespace {

// Rarer tokens than one in ten days are no different, and must not overflow the time line.
constexpr double kLongestTokenGap = 1e15;

constexpr Duration kDay = std::chrono::hours(24);

Duration TokenGap(const RateLimit& limit) {
  CHECK(limit.rate_per_second > 0);
  return Duration(std::llround(std::min(1e9 / limit.rate_per_second, kLongestTokenGap)));
}

// A bucket of `burst` tokens is full that many gaps after it was emptied; one token must be left.
Duration BucketSlack(const RateLimit& limit) {
  CHECK(limit.burst >= 1);
  const double slack = (limit.burst - 1) * static_cast<double>(TokenGap(limit).count());
  return Duration(std::llround(std::min(slack, 1e3 * kLongestTokenGap)));
}

Served OverQuota(Instant now) { return {.status = 429, .ready = now, .over_quota = true}; }

}  // namespace

ServiceModel::ServiceModel(const ServiceOptions& options, std::uint64_t seed)
    : options_(options), seed_(seed), single_(options.single), batch_base_(options.batch_base) {
  if (options_.jitter) {
    jitter_.emplace(*options_.jitter);
  }
  if (options_.workers) {
    CHECK(*options_.workers > 0);
    busy_until_.resize(*options_.workers);
  }
  if (options_.rate_limit) {
    token_gap_ = TokenGap(*options_.rate_limit);
    bucket_slack_ = BucketSlack(*options_.rate_limit);
  }
}

Served ServiceModel::Single(DrawKey key, Instant now) {
  if (!Admit(now)) {
    return Refused(now);
  }
  if (!Charge(kHalfCreditsOfSingle, now)) {
    return OverQuota(now);
  }
  batcher::RandomStream random = batcher::KeyedStream(seed_, "single", key.ordinal, key.attempt);
  return {.status = 200, .ready = Serve(single_.Draw(random), now)};
}

Served ServiceModel::Batch(std::size_t items, DrawKey key, Instant now) {
  CHECK(items > 0);
  if (!Admit(now)) {
    return Refused(now);
  }
  if (!Charge(kHalfCreditsOfItem * items, now)) {
    return OverQuota(now);
  }
  const int accepted = options_.batch_mode == BatchMode::kPending ? 202 : 200;
  return {.status = accepted, .ready = Serve(BatchTime(items, key), now)};
}

Served ServiceModel::Poll(Instant job_ready, Instant now) {
  const bool counted = options_.rate_limit && options_.rate_limit->counts_polls;
  if (counted && !Admit(now)) {
    return Refused(now);
  }
  return {.status = job_ready <= now ? 200 : 202, .ready = now};
}

// Base and jitter have streams of their own: another law for one leaves the draws of the other.
Duration ServiceModel::BatchTime(std::size_t items, DrawKey key) const {
  batcher::RandomStream random = batcher::KeyedStream(seed_, "batch", key.ordinal, key.attempt);
  const Duration plain =
      batch_base_.Draw(random) + options_.batch_per_item * static_cast<Duration::rep>(items);
  if (!jitter_) {
    return plain;
  }
  batcher::RandomStream shaken = batcher::KeyedStream(seed_, "jitter", key.ordinal, key.attempt);
  const double scaled = static_cast<double>(plain.count()) * jitter_->DrawRelative(shaken);
  const auto longest = static_cast<double>(Latency::kLongestDraw.count());
  return Duration(std::llround(std::min(scaled, longest)));
}

Served ServiceModel::Refused(Instant now) const {
  return {.status = 429, .ready = now, .retry_after = options_.rate_limit->retry_after};
}

// The token bucket in whole nanoseconds: instead of a fraction of a token it keeps the instant at
// which the bucket will be full. Source: the virtual scheduling algorithm of ITU-T I.371.
bool ServiceModel::Admit(Instant now) {
  if (!options_.rate_limit) {
    return true;
  }
  CHECK(now >= last_admission_);
  last_admission_ = now;
  if (bucket_full_at_ - now > bucket_slack_) {
    return false;
  }
  bucket_full_at_ = std::max(bucket_full_at_, now) + token_gap_;
  return true;
}

bool ServiceModel::Charge(std::uint64_t half_credits, Instant now) {
  if (!options_.quota) {
    return true;
  }
  const Duration::rep day = now.time_since_epoch() / kDay;
  if (day != day_) {
    day_ = day;
    charged_half_credits_ = 0;
  }
  if (half_credits > 2 * *options_.quota - charged_half_credits_) {
    return false;
  }
  charged_half_credits_ += half_credits;
  return true;
}

Instant ServiceModel::Serve(Duration service, Instant now) {
  service_ns_ += static_cast<std::uint64_t>(service.count());
  if (busy_until_.empty()) {
    return now + service;
  }
  std::ranges::pop_heap(busy_until_, std::greater{});
  Instant& soonest = busy_until_.back();
  const Instant begins = std::max(soonest, now);
  idle_ns_ += static_cast<std::uint64_t>((begins - soonest).count());
  const Instant done = begins + service;
  soonest = done;
  std::ranges::push_heap(busy_until_, std::greater{});
  return done;
}

WorkDone ServiceModel::work_done() const {
  if (busy_until_.empty()) {
    return {.service_ns = service_ns_, .busy_ns = service_ns_};
  }
  std::uint64_t busy_ns = 0 - idle_ns_;
  for (const Instant until : busy_until_) {
    busy_ns += static_cast<std::uint64_t>(until.time_since_epoch().count());
  }
  return {.service_ns = service_ns_, .busy_ns = busy_ns};
}

}  // namespace mock_server
