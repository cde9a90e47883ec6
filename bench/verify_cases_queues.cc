#include <fmt/format.h>

#include "bench/verify_predictions.h"
#include "results/lib/queue_forms.h"

namespace bench {
namespace {

using batcher::Choice;
using results::QueueForm;

constexpr double kP50 = 0.5;
constexpr double kP99 = 0.99;

// Each call leaves by itself, and waits for one of `slots` of the client.
std::vector<std::string> Unbatched(const Choice& numbers, std::size_t slots,
                                   const std::vector<std::string>& more) {
  std::vector<std::string> all = {"batcher.policy.kind=unbatched",
                                  fmt::format("batcher.max_in_flight={}", slots)};
  all.insert(all.end(), more.begin(), more.end());
  return Bare(numbers, all);
}

double LoadOf(const Choice& numbers) { return RateOf(numbers) * SecondsOf(numbers, "service"); }

std::optional<std::string> ProblemOfOneSlot(const Choice& numbers) {
  return LoadProblem(LoadOf(numbers));
}

std::vector<std::string> ExponentialService(const Choice& numbers) {
  return {"server.single.kind=exponential", TimeAt("server.single.mean", numbers, "service")};
}

VerifyCase MarkovCase() {
  return {
      .spec = {.name = "mm1",
               .meaning = "M/M/1: single calls, one at a time, exponential service.",
               .fields = {RateField(80), TimeField("service", "Its mean.", 0.01)}},
      .calls = 16'000'000,
      .problem = ProblemOfOneSlot,
      .overrides =
          [](const Choice& numbers) { return Unbatched(numbers, 1, ExponentialService(numbers)); },
      .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
        const double service = SecondsOf(numbers, "service");
        const QueueForm form = results::MarkovQueue(RateOf(numbers), service, 1);
        return {BatchesInFlight(LoadOf(numbers)),
                ShareWaiting(form.share_waiting),
                MeanWait(form.mean_wait),
                MeanLatency(form.mean_wait + service),
                CallsQueued(RateOf(numbers) * form.mean_wait),
                LatencyQuantile(kP50, form.latency_up_to),
                LatencyQuantile(kP99, form.latency_up_to),
                WaitQuantile(kP99, form.wait_up_to)};
      }};
}

VerifyCase ManySlotsCase() {
  return {.spec = {.name = "mmc",
                   .meaning = "M/M/c: single calls, several at a time, exponential service.",
                   .fields = {RateField(320), TimeField("service", "Its mean.", 0.01),
                              SizeField("slots", "Calls served at once.", 4)}},
          .calls = 20'000'000,
          .problem =
              [](const Choice& numbers) {
                return LoadProblem(LoadOf(numbers) / numbers.Number("slots"));
              },
          .overrides =
              [](const Choice& numbers) {
                return Unbatched(numbers, numbers.Count("slots"), ExponentialService(numbers));
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double service = SecondsOf(numbers, "service");
            const QueueForm form =
                results::MarkovQueue(RateOf(numbers), service, numbers.Count("slots"));
            return {ShareWaiting(form.share_waiting), MeanWait(form.mean_wait),
                    MeanLatency(form.mean_wait + service),
                    CallsQueued(RateOf(numbers) * form.mean_wait),
                    WaitQuantile(kP99, form.wait_up_to)};
          }};
}

VerifyCase ConstantServiceCase() {
  return {.spec = {.name = "md1",
                   .meaning = "M/D/1: single calls, one at a time, constant service.",
                   .fields = {RateField(80), TimeField("service", "It.", 0.01)}},
          .calls = 8'000'000,
          .problem = ProblemOfOneSlot,
          .overrides =
              [](const Choice& numbers) {
                return Unbatched(numbers, 1, {TimeAt("server.single", numbers, "service")});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double service = SecondsOf(numbers, "service");
            const QueueForm form = results::ConstantServiceQueue(RateOf(numbers), service);
            return {BatchesInFlight(LoadOf(numbers)), MeanWait(form.mean_wait),
                    MeanLatency(form.mean_wait + service), WaitQuantile(kP50, form.wait_up_to),
                    WaitQuantile(kP99, form.wait_up_to)};
          }};
}

VerifyCase GeneralServiceCase() {
  return {.spec = {.name = "mg1",
                   .meaning = "M/G/1: single calls, one at a time, lognormal service.",
                   .fields = {RateField(70),
                              TimeField("service", "Its mean.", 0.01),
                              {.name = "cv",
                               .meaning = "Its coefficient of variation.",
                               .fallback = 1.5,
                               .minimum = 0.01,
                               .maximum = 3}}},
          .calls = 24'000'000,
          .problem = ProblemOfOneSlot,
          .overrides =
              [](const Choice& numbers) {
                return Unbatched(numbers, 1,
                                 {"server.single.kind=lognormal",
                                  TimeAt("server.single.mean", numbers, "service"),
                                  fmt::format("server.single.cv={}", numbers.Number("cv"))});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double service = SecondsOf(numbers, "service");
            const QueueForm form =
                results::GeneralQueue(RateOf(numbers), service, numbers.Number("cv"));
            return {BatchesInFlight(LoadOf(numbers)), MeanWait(form.mean_wait),
                    MeanLatency(form.mean_wait + service),
                    CallsQueued(RateOf(numbers) * form.mean_wait)};
          }};
}

VerifyCase RegularArrivalsCase() {
  return {.spec = {.name = "dm1",
                   .meaning = "D/M/1: a single call at equal gaps, one at a time, exponential "
                              "service.",
                   .fields = {RateField(80), TimeField("service", "Its mean.", 0.01)}},
          .calls = 8'000'000,
          .problem = ProblemOfOneSlot,
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = ExponentialService(numbers);
                more.emplace_back("arrivals.kind=constant");
                return Unbatched(numbers, 1, more);
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double service = SecondsOf(numbers, "service");
            const QueueForm form = results::RegularQueue(RateOf(numbers), service);
            return {ShareWaiting(form.share_waiting), MeanWait(form.mean_wait),
                    MeanLatency(form.mean_wait + service),
                    LatencyQuantile(kP99, form.latency_up_to)};
          }};
}

}  // namespace

std::vector<VerifyCase> QueueCases() {
  return {MarkovCase(), ManySlotsCase(), ConstantServiceCase(), GeneralServiceCase(),
          RegularArrivalsCase()};
}

}  // namespace bench
