#include "mock_server/faulty_service.h"

namespace mock_server {
namespace {

constexpr int kOk = 200;
constexpr int kTooManyRequests = 429;

// Whether nobody can read the reply that the fault has spoilt.
bool IsUnreadable(FaultKind kind) {
  return kind == FaultKind::kCut || kind == FaultKind::kGarbage || kind == FaultKind::kTruncated ||
         kind == FaultKind::kNoId;
}

}  // namespace

void FaultLog::Add(DoneFault fault, std::uint64_t half_credits) {
  ++counts.at(static_cast<std::size_t>(fault.kind));
  if (done.size() < kMostDone) {
    done.push_back(fault);
  }
  half_credits_lost += IsUnreadable(fault.kind) ? half_credits : 0;
}

FaultyService::FaultyService(const ServiceOptions& options, std::uint64_t seed)
    : model_(options, seed), plan_(options.faults, seed) {}

std::optional<Fault> FaultyService::Find(const FaultyRequest& request, Instant now) const {
  if (plan_.empty() || now < start_) {
    return std::nullopt;
  }
  return plan_.Find(request, batcher::At(now - start_));
}

void FaultyService::Log(const Fault& fault, DrawKey key, std::uint64_t half_credits) {
  log_.Add({.kind = fault.kind, .ordinal = key.ordinal}, half_credits);
  const bool of_rate = fault.kind == FaultKind::kStatus && fault.status == kTooManyRequests;
  log_.too_many_requests += of_rate ? 1 : 0;
}

FaultyServed FaultyService::Single(DrawKey key, Instant now) {
  FaultyServed answer{
      .fault =
          Find({.asked_for = AskedFor::kSingle, .key = key, .poll = 0, .has_answer = true}, now)};
  if (!answer.fault || !IsInPlaceOfService(*answer.fault)) {
    answer.served = model_.Single(key, now);
    if (answer.served.status == kTooManyRequests) {
      answer.fault.reset();
    }
  }
  if (answer.fault) {
    Log(*answer.fault, key, kHalfCreditsOfSingle);
  }
  return answer;
}

FaultyServed FaultyService::Batch(std::size_t items, DrawKey key, Instant now) {
  FaultyServed answer{.fault =
                          Find({.asked_for = AskedFor::kSubmit,
                                .key = key,
                                .poll = 0,
                                .has_answer = model_.options().batch_mode == BatchMode::kImmediate},
                               now)};
  if (!answer.fault || !IsInPlaceOfService(*answer.fault)) {
    answer.served = model_.Batch(items, key, now);
    if (answer.served.status == kTooManyRequests) {
      answer.fault.reset();
    }
  }
  if (answer.fault) {
    Log(*answer.fault, key, kHalfCreditsOfItem * items);
    if (answer.fault->kind == FaultKind::kNeverReady) {
      answer.served.ready = batcher::kNever;
    }
  }
  return answer;
}

FaultyServed FaultyService::Poll(Job* job, Instant now) {
  if (job == nullptr || job->lost) {
    FaultyServed answer{.served = model_.Poll(now, now)};
    answer.unknown_job = answer.served.status == kOk;
    return answer;
  }
  FaultyServed answer{.fault = Find({.asked_for = AskedFor::kPoll,
                                     .key = job->key,
                                     .poll = job->polls++,
                                     .has_answer = job->ready <= now},
                                    now)};
  if (!answer.fault || !IsInPlaceOfService(*answer.fault)) {
    answer.served = model_.Poll(job->ready, now);
    if (answer.served.status == kTooManyRequests) {
      answer.fault.reset();
    }
  }
  if (answer.fault) {
    Log(*answer.fault, job->key, 0);
    answer.unknown_job = job->lost = answer.fault->kind == FaultKind::kLostJob;
  }
  return answer;
}

}  // namespace mock_server
