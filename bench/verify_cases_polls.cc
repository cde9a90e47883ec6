#include <fmt/format.h>

#include "bench/verify_predictions.h"
#include "results/lib/poll_forms.h"

namespace bench {
namespace {

using batcher::CallRecord;
using batcher::Choice;
using batcher::ToSeconds;
using results::PollForm;
using results::ReadyLaw;

// Each call leaves by itself as a batch, whose answer is polled for.
std::vector<std::string> Polled(const Choice& numbers, std::vector<std::string> more) {
  more.emplace_back("batcher.policy.kind=natural");
  more.emplace_back("server.batch_mode=pending");
  return Bare(numbers, more);
}

std::vector<std::string> FixedPollsOf(const Choice& numbers, std::vector<std::string> more) {
  more.emplace_back("client.poll.kind=fixed");
  more.push_back(TimeAt("client.poll.every", numbers, "every"));
  more.push_back(TimeAt("client.rtt", numbers, "rtt"));
  return more;
}

std::vector<batcher::FieldSpec> FixedFields(double every, double rtt) {
  return {TimeField("every", "The sleep before each poll.", every),
          TimeField("rtt", "The round trip of a request.", rtt)};
}

// How much later the answer is here than it could be, for want of a poll.
Prediction Quantisation(double exact) {
  return {.quantity = "poll quantisation", .exact = exact, .of_call = [](const CallRecord& call) {
            return ToSeconds(call.replied - call.answered);
          }};
}

// Of a constant period.
std::vector<Prediction> FixedPredictions(const Choice& numbers, const ReadyLaw& ready) {
  const double round_trip = SecondsOf(numbers, "rtt");
  const PollForm form = results::FixedPolls(ready, SecondsOf(numbers, "every") + round_trip);
  return {PollsPerBatch(form.polls), Quantisation(form.extra), MeanLatency(form.seen + round_trip)};
}

// With more polls a run takes too long.
std::optional<std::string> PollsProblem(double ready, double period) {
  constexpr double kMostPolls = 1000;
  if (ready / period <= kMostPolls) {
    return std::nullopt;
  }
  return fmt::format("a batch would take about {:.3g} polls; wanted at most {}", ready / period,
                     kMostPolls);
}

std::optional<std::string> FixedProblem(const Choice& numbers) {
  return PollsProblem(SecondsOf(numbers, "ready"),
                      SecondsOf(numbers, "every") + SecondsOf(numbers, "rtt"));
}

// What the cases below have in common: single batches that are not in each other's way.
std::vector<batcher::FieldSpec> WithFields(std::vector<batcher::FieldSpec> own,
                                           const std::vector<batcher::FieldSpec>& polls) {
  own.insert(own.begin(), RateField(10));
  own.insert(own.end(), polls.begin(), polls.end());
  return own;
}

VerifyCase ExponentialCase() {
  return {.spec = {.name = "poll_exponential",
                   .meaning = "Polls at equal gaps for a batch that is done after an exponential "
                              "time.",
                   .fields = WithFields({TimeField("ready", "The mean of that time.", 0.5)},
                                        FixedFields(0.1, 0.02))},
          .calls = 2'000'000,
          .problem = FixedProblem,
          .overrides =
              [](const Choice& numbers) {
                return Polled(
                    numbers,
                    FixedPollsOf(numbers, {"server.batch.base.kind=exponential",
                                           TimeAt("server.batch.base.mean", numbers, "ready")}));
              },
          .predictions =
              [](const Choice& numbers) {
                return FixedPredictions(numbers,
                                        results::ExponentialReady(SecondsOf(numbers, "ready")));
              }};
}

VerifyCase LognormalCase() {
  return {
      .spec = {.name = "poll_lognormal",
               .meaning = "Polls at equal gaps for a batch that is done after a lognormal time.",
               .fields = WithFields({TimeField("ready", "The mean of that time.", 0.5),
                                     {.name = "cv",
                                      .meaning = "Its coefficient of variation.",
                                      .fallback = 0.5,
                                      .minimum = 0.01,
                                      .maximum = 3}},
                                    FixedFields(0.2, 0.03))},
      .calls = 2'000'000,
      .problem = FixedProblem,
      .overrides =
          [](const Choice& numbers) {
            return Polled(numbers,
                          FixedPollsOf(numbers, {"server.batch.base.kind=lognormal",
                                                 TimeAt("server.batch.base.mean", numbers, "ready"),
                                                 fmt::format("server.batch.base.cv={}",
                                                             numbers.Number("cv"))}));
          },
      .predictions =
          [](const Choice& numbers) {
            return FixedPredictions(numbers, results::LognormalReady(SecondsOf(numbers, "ready"),
                                                                     numbers.Number("cv")));
          }};
}

VerifyCase ScheduleCase() {
  return {
      .spec = {.name = "poll_schedule",
               .meaning = "Polls whose times grow by a factor, for a batch that is done after a "
                          "Pareto time.",
               .fields = WithFields({TimeField("ready", "The least of that time.", 0.1),
                                     {.name = "alpha",
                                      .meaning = "Its exponent; with more the tail is lighter.",
                                      .fallback = 2.5,
                                      .minimum = 2.1,
                                      .maximum = 20}},
                                    {TimeField("first", "When the first poll comes.", 0.15),
                                     {.name = "factor",
                                      .meaning = "How much later each next one comes.",
                                      .fallback = 1.5,
                                      .minimum = 1.05,
                                      .maximum = 10}})},
      .calls = 4'000'000,
      .overrides =
          [](const Choice& numbers) {
            return Polled(
                numbers,
                {"server.batch.base.kind=pareto", TimeAt("server.batch.base.min", numbers, "ready"),
                 fmt::format("server.batch.base.alpha={}", numbers.Number("alpha")),
                 "client.poll.kind=schedule", TimeAt("client.poll.first", numbers, "first"),
                 fmt::format("client.poll.factor={}", numbers.Number("factor"))});
          },
      .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
        const PollForm form = results::ScheduledPolls(
            results::ParetoReady(SecondsOf(numbers, "ready"), numbers.Number("alpha")),
            SecondsOf(numbers, "first"), numbers.Number("factor"));
        return {PollsPerBatch(form.polls), MeanLatency(form.seen), Quantisation(form.extra)};
      }};
}

VerifyCase PipelineCase() {
  return {.spec = {.name = "pipeline",
                   .meaning =
                       "All of it: a window, a batch that takes base + per_item n, polls for it.",
                   .fields = {RateField(100), TimeField("window", "It.", 0.02),
                              TimeField("base", "Service of a batch.", 0.03),
                              TimeField("per_item", "More for each call in it.", 0.004),
                              TimeField("every", "The sleep before each poll.", 0.011),
                              TimeField("rtt", "The round trip of a request.", 0.004)}},
          .calls = 4'000'000,
          .problem = [](const Choice& numbers) -> std::optional<std::string> {
            const double calls = 1 + RateOf(numbers) * SecondsOf(numbers, "window");
            if (auto problem = SizeProblem(calls)) {
              return problem;
            }
            return PollsProblem(SecondsOf(numbers, "base") + SecondsOf(numbers, "per_item") * calls,
                                SecondsOf(numbers, "every") + SecondsOf(numbers, "rtt"));
          },
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = FixedPollsOf(
                    numbers, {"batcher.policy.kind=window", "server.batch_mode=pending",
                              TimeAt("batcher.policy.window", numbers, "window"),
                              TimeAt("server.batch.base", numbers, "base"),
                              TimeAt("server.batch.per_item", numbers, "per_item")});
                return Bare(numbers, more);
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double round_trip = SecondsOf(numbers, "rtt");
            const results::PipelineForm form = results::PolledWindow(
                RateOf(numbers), SecondsOf(numbers, "window"),
                {.base = SecondsOf(numbers, "base"), .per_item = SecondsOf(numbers, "per_item")},
                SecondsOf(numbers, "every") + round_trip, round_trip);
            return {BatchesPerCall(form.batches.batches_per_call()),
                    PollsPerBatch(form.polls_per_batch), MeanWait(form.batches.mean_wait),
                    MeanLatency(form.mean_latency)};
          }};
}

}  // namespace

std::vector<VerifyCase> PollCases() {
  return {ExponentialCase(), LognormalCase(), ScheduleCase(), PipelineCase()};
}

}  // namespace bench
