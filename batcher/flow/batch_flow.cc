#include "batcher/flow/batch_flow.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/defect.h"

namespace batcher {

BatchFlow::Action BatchFlow::OnReply(ReplyKind reply, std::optional<Duration> retry_after,
                                     Instant now, FlowRules& rules) {
  switch (reply) {
    case ReplyKind::kAnswered:
      rules.budget.Earn();
      Learn(true, now, rules);
      return {};
    case ReplyKind::kRefused:
      return Planted(Defect::kRetryOn400) ? Retry(retry_after, now, rules) : Action{};
    case ReplyKind::kFailed:
      return Retry(retry_after, now, rules);
    case ReplyKind::kLost:
      if (next_ == RequestKind::kPoll) {
        next_ = RequestKind::kSubmit;
      }
      failures_ = losses_++;
      return Retry(retry_after, now, rules);
    case ReplyKind::kPending:
      break;
  }
  failures_ = 0;
  rules.budget.Earn();
  if (next_ == RequestKind::kPoll) {
    Learn(false, now, rules);
    ++history_.polls;
  } else {
    next_ = RequestKind::kPoll;
    history_ = {.polls = 0, .accepted = now, .ready = rules.estimate.Predict(entries_)};
  }
  const Instant at =
      std::max(rules.schedule.Next(history_, now, rules.jitter), now + rules.min_poll);
  return {.kind = Action::Kind::kSleep, .request = next_, .until = at};
}

BatchFlow::Action BatchFlow::Retry(std::optional<Duration> retry_after, Instant now,
                                   FlowRules& rules) {
  const bool endless = next_ == RequestKind::kPoll && Planted(Defect::kPollWithoutEnd);
  if (!endless && (failures_ >= rules.retries || !rules.budget.Take())) {
    return {};
  }
  const double factor = std::exp2(std::min<double>(static_cast<double>(failures_), 20)) *
                        (0.5 + rules.jitter.Uniform());
  const Duration pause(std::llround(static_cast<double>(rules.backoff.count()) * factor));
  ++failures_;
  Duration least = std::min(retry_after.value_or(Duration(0)), rules.max_retry_after);
  if (next_ == RequestKind::kPoll) {
    // The repeated poll comes too late to tell whether the estimate was right.
    ++history_.polls;
    least = std::max(least, rules.min_poll);
  }
  return {.kind = Action::Kind::kSleep, .request = next_, .until = now + std::max(pause, least)};
}

void BatchFlow::Learn(bool done, Instant now, FlowRules& rules) const {
  if (next_ != RequestKind::kPoll || !rules.schedule.uses_estimate()) {
    return;
  }
  if (!history_.ready) {
    if (done) {
      rules.estimate.Done(entries_, now - history_.accepted);
    }
  } else if (history_.polls == 0) {
    rules.estimate.FirstPoll(entries_, *history_.ready, done);
  }
}

}  // namespace batcher
