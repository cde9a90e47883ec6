#include <fmt/format.h>

#include "bench/verify_predictions.h"
#include "results/lib/natural_forms.h"

namespace bench {
namespace {

using batcher::BatchRecord;
using batcher::Choice;
using results::LinearService;
using results::ServedForm;

constexpr double kP50 = 0.5;
constexpr double kP99 = 0.99;

LinearService ServiceOf(const Choice& numbers) {
  return {.base = SecondsOf(numbers, "base"), .per_item = SecondsOf(numbers, "per_item")};
}

std::vector<batcher::FieldSpec> LinearFields(double base, double per_item) {
  return {TimeField("base", "Service of a batch.", base),
          TimeField("per_item", "More for each call in it.", per_item)};
}

// What a batch grows to where it takes base + per_item n and `pause` more.
std::optional<std::string> LinearProblem(const Choice& numbers, double pause) {
  const LinearService service = ServiceOf(numbers);
  const double load = RateOf(numbers) * service.per_item;
  if (auto problem = LoadProblem(load)) {
    return problem;
  }
  return SizeProblem(RateOf(numbers) * (service.base + pause) / (1 - load));
}

std::optional<std::string> ConstantProblem(const Choice& numbers) {
  return SizeProblem(RateOf(numbers) * SecondsOf(numbers, "service"));
}

std::optional<std::string> FullProblem(const Choice& numbers) {
  constexpr double kMostLoad = 0.95;
  return LoadProblem(RateOf(numbers) * SecondsOf(numbers, "service") / numbers.Number("size"),
                     kMostLoad);
}

std::vector<std::string> ConstantService(const Choice& numbers) {
  return {TimeAt("server.batch.base", numbers, "service")};
}

std::vector<std::string> LinearServiceOf(const Choice& numbers) {
  return {TimeAt("server.batch.base", numbers, "base"),
          TimeAt("server.batch.per_item", numbers, "per_item")};
}

std::vector<std::string> ExponentialService(const Choice& numbers) {
  return {"server.batch.base.kind=exponential",
          TimeAt("server.batch.base.mean", numbers, "service")};
}

// A policy with `slots` batches in flight at most.
std::vector<std::string> WithSlots(const Choice& numbers, const std::string& policy,
                                   std::size_t slots, std::vector<std::string> more) {
  more.push_back("batcher.policy.kind=" + policy);
  more.push_back(fmt::format("batcher.max_in_flight={}", slots));
  return Bare(numbers, more);
}

// What all of these tell.
std::vector<Prediction> Common(const ServedForm& form) {
  return {CallsPerBatch(form.batches.calls_per_batch),
          BatchesPerCall(form.batches.batches_per_call()), MeanWait(form.batches.mean_wait),
          MeanLatency(form.mean_latency), BatchesInFlight(form.busy)};
}

void AddQuantiles(const ServedForm& form, std::vector<Prediction>& all) {
  all.push_back(WaitQuantile(kP50, form.batches.wait_up_to));
  all.push_back(WaitQuantile(kP99, form.batches.wait_up_to));
}

std::vector<std::string> Loop(const Choice& numbers, std::vector<std::string> more) {
  more.emplace_back("batcher.policy.kind=tick");
  more.push_back(TimeAt("batcher.policy.period", numbers, "period"));
  return Bare(numbers, more);
}

VerifyCase LoopCase() {
  return {
      .spec = {.name = "loop",
               .meaning = "The article's loop: sleep, send all that is queued, wait for it; "
                          "constant service.",
               .fields = {RateField(5), TimeField("period", "The sleep.", 0.1),
                          TimeField("service", "Of a batch.", 0.25)}},
      .calls = 4'000'000,
      .problem =
          [](const Choice& numbers) {
            return SizeProblem(RateOf(numbers) *
                               (SecondsOf(numbers, "service") + SecondsOf(numbers, "period")));
          },
      .overrides = [](const Choice& numbers) { return Loop(numbers, ConstantService(numbers)); },
      .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
        const double service = SecondsOf(numbers, "service");
        const ServedForm form =
            results::LoopForm(RateOf(numbers), SecondsOf(numbers, "period"), {.base = service});
        std::vector<Prediction> all = Common(form);
        AddQuantiles(form, all);
        const auto latency_up_to = [service, waits = form.batches.wait_up_to](double t) {
          return t < service ? 0 : waits(t - service);
        };
        all.push_back(LatencyQuantile(kP50, latency_up_to));
        all.push_back(LatencyQuantile(kP99, latency_up_to));
        return all;
      }};
}

VerifyCase LinearLoopCase() {
  std::vector<batcher::FieldSpec> fields = LinearFields(0.05, 0.02);
  fields.insert(fields.begin(), {RateField(12), TimeField("period", "The sleep.", 0.1)});
  return {
      .spec = {.name = "loop_linear",
               .meaning = "The article's loop; a batch of n takes base + per_item n.",
               .fields = fields},
      .calls = 4'000'000,
      .problem =
          [](const Choice& numbers) {
            return LinearProblem(numbers, SecondsOf(numbers, "period"));
          },
      .overrides = [](const Choice& numbers) { return Loop(numbers, LinearServiceOf(numbers)); },
      .predictions =
          [](const Choice& numbers) {
            return Common(results::LoopForm(RateOf(numbers), SecondsOf(numbers, "period"),
                                            ServiceOf(numbers)));
          }};
}

VerifyCase NaturalCase() {
  return {.spec = {.name = "natural",
                   .meaning = "M/D[1,inf]/1: one slot; what gathers meanwhile is the next batch; "
                              "constant service.",
                   .fields = {RateField(40), TimeField("service", "Of a batch.", 0.05)}},
          .calls = 4'000'000,
          .problem = ConstantProblem,
          .overrides =
              [](const Choice& numbers) {
                return WithSlots(numbers, "natural", 1, ConstantService(numbers));
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const ServedForm form =
                results::NaturalForm(RateOf(numbers), {.base = SecondsOf(numbers, "service")});
            std::vector<Prediction> all = Common(form);
            all.push_back(ShareWaiting(1 - form.share_at_once));
            AddQuantiles(form, all);
            return all;
          }};
}

VerifyCase LinearNaturalCase() {
  std::vector<batcher::FieldSpec> fields = LinearFields(0.03, 0.004);
  fields.insert(fields.begin(), RateField(100));
  return {.spec = {.name = "natural_linear",
                   .meaning = "The same; a batch of n takes base + per_item n.",
                   .fields = fields},
          .calls = 6'000'000,
          .problem = [](const Choice& numbers) { return LinearProblem(numbers, 0); },
          .overrides =
              [](const Choice& numbers) {
                return WithSlots(numbers, "natural", 1, LinearServiceOf(numbers));
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const ServedForm form = results::NaturalForm(RateOf(numbers), ServiceOf(numbers));
            std::vector<Prediction> all = Common(form);
            all.push_back({.quantity = "calls squared",
                           .exact = form.mean_square,
                           .unit = PredictedUnit::kNumber,
                           .per = Per::kBatch,
                           .of_batch = [](const BatchRecord& batch) {
                             return static_cast<double>(batch.calls) * batch.calls;
                           }});
            return all;
          }};
}

VerifyCase SlotsCase() {
  return {.spec = {.name = "natural_slots",
                   .meaning = "M/M[1,inf]/c: several slots; exponential service of a batch.",
                   .fields = {RateField(100), TimeField("service", "Its mean.", 0.05),
                              SizeField("slots", "Batches in flight at once.", 3)}},
          .calls = 6'000'000,
          .problem = ConstantProblem,
          .overrides =
              [](const Choice& numbers) {
                return WithSlots(numbers, "natural", numbers.Count("slots"),
                                 ExponentialService(numbers));
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const ServedForm form = results::ExponentialNaturalForm(
                RateOf(numbers), SecondsOf(numbers, "service"), numbers.Count("slots"));
            std::vector<Prediction> all = Common(form);
            all.push_back(ShareWaiting(1 - form.share_at_once));
            all.push_back(WaitQuantile(kP99, form.batches.wait_up_to));
            return all;
          }};
}

VerifyCase ExponentialFullCase() {
  return {.spec = {.name = "natural_exp_full",
                   .meaning = "M/M[1,B]/1: one slot and a largest batch; exponential service.",
                   .fields = {RateField(70), TimeField("service", "Its mean.", 0.05),
                              SizeField("size", "The most calls of a batch.", 5)}},
          .calls = 12'000'000,
          .problem = FullProblem,
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = ExponentialService(numbers);
                more.push_back(fmt::format("batcher.max_items={}", numbers.Count("size")));
                return WithSlots(numbers, "natural", 1, more);
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const ServedForm form = results::ExponentialFullForm(
                RateOf(numbers), SecondsOf(numbers, "service"), numbers.Count("size"));
            std::vector<Prediction> all = Common(form);
            all.push_back(CallsQueued(RateOf(numbers) * form.batches.mean_wait));
            return all;
          }};
}

VerifyCase FullCase() {
  return {.spec = {.name = "natural_full",
                   .meaning = "M/D[1,B]/1: one slot and a largest batch; constant service.",
                   .fields = {RateField(80), TimeField("service", "Of a batch.", 0.05),
                              SizeField("size", "The most calls of a batch.", 5)}},
          .calls = 6'000'000,
          .problem = FullProblem,
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = ConstantService(numbers);
                more.push_back(fmt::format("batcher.max_items={}", numbers.Count("size")));
                return WithSlots(numbers, "natural", 1, more);
              },
          .predictions =
              [](const Choice& numbers) {
                return Common(results::ConstantFullForm(
                    RateOf(numbers), SecondsOf(numbers, "service"), numbers.Count("size")));
              }};
}

VerifyCase ThresholdCase() {
  return {.spec = {.name = "threshold",
                   .meaning = "M/D[a,inf]/1: a batch leaves once the slot is free and enough calls "
                              "are queued.",
                   .fields = {RateField(40), TimeField("service", "Of a batch.", 0.05),
                              SizeField("size", "Calls that are enough.", 4)}},
          .calls = 4'000'000,
          .problem = ConstantProblem,
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = ConstantService(numbers);
                more.push_back(fmt::format("batcher.policy.size={}", numbers.Count("size")));
                return WithSlots(numbers, "count", 1, more);
              },
          .predictions =
              [](const Choice& numbers) {
                return Common(results::ThresholdForm(RateOf(numbers), SecondsOf(numbers, "service"),
                                                     numbers.Count("size")));
              }};
}

}  // namespace

std::vector<VerifyCase> NaturalCases() {
  return {LoopCase(),  LinearLoopCase(),      NaturalCase(), LinearNaturalCase(),
          SlotsCase(), ExponentialFullCase(), FullCase(),    ThresholdCase()};
}

}  // namespace bench
