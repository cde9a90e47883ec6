#include "batcher/flow/poll.h"

#include <algorithm>
#include <cmath>

#include "batcher/base/check.h"

namespace batcher {
namespace {

constexpr Duration kBlindFirst = std::chrono::milliseconds(50);
constexpr double kBlindFactor = 1.5;
constexpr double kStepAtFirst = 0.1;
constexpr double kStepAtLast = 0.01;
constexpr double kStepDecay = 0.9;
// Sizes that differ by a few items only tell nothing of what an item adds.
constexpr double kSmallBatch = 10;
// Where times that grow are cut off: whoever waits has timed out long before.
constexpr Duration kLongestWait = std::chrono::hours(24 * 365);

Duration Scaled(Duration d, double factor) {
  return Duration(std::llround(static_cast<double>(d.count()) * factor));
}

double Ratio(Duration a, Duration b) {
  return static_cast<double>(a.count()) / static_cast<double>(b.count());
}

}  // namespace

ReadyEstimate::ReadyEstimate(Duration base, Duration per_item)
    : known_(true),
      base_ns_(static_cast<double>(base.count())),
      per_item_ns_(static_cast<double>(per_item.count())),
      step_ratio_(kStepAtFirst) {}

std::optional<Duration> ReadyEstimate::Predict(std::size_t entries) const {
  if (!known_) {
    return std::nullopt;
  }
  return Duration(std::llround(base_ns_ + per_item_ns_ * static_cast<double>(entries)));
}

void ReadyEstimate::Move(std::size_t entries, double by) {
  // The smallest change of (prediction for a usual batch, per_item), the latter measured in usual
  // batches, that moves the prediction for `entries` by exactly `by`. So batches of one size say
  // nothing of what an item adds, and never make a larger batch look slow.
  const auto n = static_cast<double>(entries);
  const double scale = usual_entries_ + kSmallBatch;
  const double x = (n - usual_entries_) / scale;
  const double before_ns = per_item_ns_ * n;
  per_item_ns_ = std::max(per_item_ns_ + by / (1 + x * x) * x / scale, 0.0);
  base_ns_ = std::max(base_ns_ + by - (per_item_ns_ * n - before_ns), 0.0);
  usual_entries_ += (n - usual_entries_) * 0.1;
}

void ReadyEstimate::FirstPoll(std::size_t entries, Duration polled_at, bool done) {
  CHECK(known_);
  // Never less than a millisecond: an estimate of 0 could not grow again.
  const double tested = std::max(static_cast<double>(polled_at.count()), 1e6);
  const double step = step_ratio_ * tested;
  const double now = base_ns_ + per_item_ns_ * static_cast<double>(entries);
  // Many batches may have tested the same prediction at once: together they move it by no more than
  // a factor of two.
  const double next = done ? std::max(now - step, std::min(now, tested / 2))
                           : std::min(now + 4 * step, std::max(now, tested * 2));
  Move(entries, next - now);
  step_ratio_ = std::max(step_ratio_ * kStepDecay, kStepAtLast);
}

void ReadyEstimate::Done(std::size_t entries, Duration elapsed) {
  if (known_) {
    return;
  }
  known_ = true;
  usual_entries_ = static_cast<double>(entries);
  base_ns_ = static_cast<double>(elapsed.count());
}

PollSchedule::PollSchedule(const Choice& choice) {
  if (choice.kind() == "fixed") {
    kind_ = Kind::kFixed;
    first_ = choice.Time("every");
    jitter_ = choice.Number("jitter");
    return;
  }
  if (choice.kind() != "expected") {
    kind_ = choice.kind() == "backoff" ? Kind::kBackoff : Kind::kSchedule;
    CHECK(kind_ == Kind::kBackoff || choice.kind() == "schedule");
    first_ = choice.Time("first");
    factor_ = choice.Number("factor");
    cap_ = kind_ == Kind::kBackoff ? choice.Time("cap") : Duration(0);
    return;
  }
  if (choice.Has("base")) {
    prior_ = ReadyEstimate(choice.Time("base"),
                           choice.Has("per_item") ? choice.Time("per_item") : Duration(0));
  }
}

Instant PollSchedule::Next(const PollHistory& history, Instant now, RandomStream& random) const {
  switch (kind_) {
    case Kind::kExpected:
      return NextExpected(history, now);
    case Kind::kFixed:
      return now +
             (jitter_ > 0 ? Scaled(first_, 1 + jitter_ * (2 * random.Uniform() - 1)) : first_);
    case Kind::kBackoff: {
      const double grown = std::pow(factor_, static_cast<double>(history.polls));
      return now + Scaled(first_, std::min(grown, Ratio(cap_, first_)));
    }
    case Kind::kSchedule:
      return NextOfSchedule(history, now);
  }
  UNREACHABLE("a kind of polls that is none");
}

// A batch that is ready after `first` is asked for at the latest when it has been accepted for
// factor times as long, with 1 + log(ready / first) / log(factor) polls. Times that pass while a
// poll is under way, or a failed one is repeated, are left out.
Instant PollSchedule::NextOfSchedule(const PollHistory& history, Instant now) const {
  double factor = std::pow(factor_, static_cast<double>(history.polls));
  const double passed = Ratio(now - history.accepted, first_);
  while (factor < passed) {
    factor *= factor_;
  }
  return history.accepted + Scaled(first_, std::min(factor, Ratio(kLongestWait, first_)));
}

Instant PollSchedule::NextExpected(const PollHistory& history, Instant now) const {
  const auto polls = static_cast<double>(history.polls);
  if (!history.ready) {
    return std::max(history.accepted + Scaled(kBlindFirst, std::pow(kBlindFactor, polls)), now);
  }
  if (history.polls == 0) {
    return std::max(history.accepted + *history.ready, now);
  }
  // 10, 20, 40 ... % of the estimate after the poll before, at least a millisecond.
  const Duration pause = Scaled(*history.ready, 0.1 * std::exp2(std::min(polls - 1, 30.0)));
  return now + std::max<Duration>(pause, std::chrono::milliseconds(1));
}

namespace {

KindSpec ExpectedKind() {
  return {.name = "expected",
          .meaning =
              "Polls first when 4 batches in 5 of that size have been ready, as learned from the "
              "polls before, then after 10, 20, 40 ... % of that time.",
          .fields = {{.name = "base",
                      .unit = FieldUnit::kDuration,
                      .meaning = "The estimate to start from: the time of a batch of no items.",
                      .maximum = 86400e9,
                      .optional = true},
                     {.name = "per_item",
                      .unit = FieldUnit::kDuration,
                      .meaning = "The estimate to start from: what each item adds. Goes with base.",
                      .maximum = 3600e9,
                      .optional = true}}};
}

KindSpec FixedKind() {
  return {
      .name = "fixed",
      .meaning = "Sleeps for the same time before each poll, as the article does.",
      .fields = {{.name = "every",
                  .unit = FieldUnit::kDuration,
                  .meaning = "The sleep after each reply.",
                  .fallback = 100e6,
                  .minimum = 1e6,
                  .maximum = 3600e9},
                 {.name = "jitter",
                  .unit = FieldUnit::kNumber,
                  .meaning = "Each sleep is drawn from that share below to above it; 0: all alike.",
                  .fallback = 0,
                  .maximum = 1}}};
}

KindSpec BackoffKind() {
  return {.name = "backoff",
          .meaning =
              "Sleeps longer before each poll than before the last: few polls of a slow batch, "
              "late ones.",
          .fields = {{.name = "first",
                      .unit = FieldUnit::kDuration,
                      .meaning = "The sleep after the submit.",
                      .fallback = 50e6,
                      .minimum = 1e6,
                      .maximum = 3600e9},
                     {.name = "factor",
                      .unit = FieldUnit::kNumber,
                      .meaning = "Each sleep is so many times the one before it; 1: all alike.",
                      .fallback = 2,
                      .minimum = 1,
                      .maximum = 100},
                     {.name = "cap",
                      .unit = FieldUnit::kDuration,
                      .meaning = "The longest sleep; at least first.",
                      .fallback = 5e9,
                      .minimum = 1e6,
                      .maximum = 3600e9}}};
}

KindSpec ScheduleKind() {
  return {
      .name = "schedule",
      .meaning =
          "Polls at times counted from when the batch was accepted, each a factor later "
          "than the one before: the longer a batch takes, the rarer its polls.",
      .fields = {
          {.name = "first",
           .unit = FieldUnit::kDuration,
           .meaning = "The first poll, after the batch was accepted.",
           .fallback = 50e6,
           .minimum = 1e6,
           .maximum = 3600e9},
          {.name = "factor",
           .unit = FieldUnit::kNumber,
           .meaning = "At 1.5 an answer waits for its poll at most half as long as its batch took.",
           .fallback = 1.5,
           .minimum = 1.01,
           .maximum = 100}}};
}

}  // namespace

const std::vector<KindSpec>& PollKinds() {
  static const std::vector<KindSpec> kinds = {ExpectedKind(), FixedKind(), BackoffKind(),
                                              ScheduleKind()};
  return kinds;
}

std::optional<std::string> PollProblem(const Choice& choice) {
  if (choice.Has("per_item") && !choice.Has("base")) {
    return "found per_item alone, wanted base with it";
  }
  if (choice.kind() == "backoff" && choice.Time("cap") < choice.Time("first")) {
    return "found a cap of " + FormatDuration(choice.Time("cap")) + ", wanted at least first, " +
           FormatDuration(choice.Time("first"));
  }
  return std::nullopt;
}

}  // namespace batcher
