#include <fmt/format.h>

#include "bench/verify_predictions.h"
#include "results/lib/window_forms.h"

namespace bench {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;
using batcher::Choice;
using results::BatchForm;

constexpr double kP50 = 0.5;
constexpr double kP99 = 0.99;

std::optional<std::string> ProblemOfWindow(const Choice& numbers) {
  return SizeProblem(1 + RateOf(numbers) * SecondsOf(numbers, "window"));
}

std::optional<std::string> ProblemOfPeriod(const Choice& numbers) {
  return SizeProblem(RateOf(numbers) * SecondsOf(numbers, "period"));
}

VerifyCase WindowCase() {
  return {.spec = {.name = "window",
                   .meaning = "A window from the first call; a batch of n takes base + per_item n.",
                   .fields = {RateField(100), TimeField("window", "It.", 0.02),
                              TimeField("base", "Service of a batch.", 0.03),
                              TimeField("per_item", "More for each call in it.", 0.0005)}},
          .calls = 8'000'000,
          .problem = ProblemOfWindow,
          .overrides =
              [](const Choice& numbers) {
                return Bare(numbers, {"batcher.policy.kind=window",
                                      TimeAt("batcher.policy.window", numbers, "window"),
                                      TimeAt("server.batch.base", numbers, "base"),
                                      TimeAt("server.batch.per_item", numbers, "per_item")});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double rate = RateOf(numbers);
            const double window = SecondsOf(numbers, "window");
            const BatchForm form = results::WindowForm(rate, window);
            const double service = results::WindowService(rate, window, SecondsOf(numbers, "base"),
                                                          SecondsOf(numbers, "per_item"));
            return {CallsPerBatch(form.calls_per_batch),
                    BatchesPerCall(form.batches_per_call()),
                    MeanWait(form.mean_wait),
                    MeanLatency(form.mean_wait + service),
                    WaitQuantile(kP50, form.wait_up_to),
                    WaitQuantile(kP99, form.wait_up_to),
                    {.quantity = "waits for the window",
                     .exact = form.batches_per_call(),
                     .unit = PredictedUnit::kShare,
                     .of_call = [window = numbers.Time("window")](const CallRecord& call) {
                       return call.dispatched - call.submitted == window ? 1 : 0;
                     }}};
          }};
}

VerifyCase FullWindowCase() {
  return {.spec = {.name = "window_full",
                   .meaning = "The same with a largest batch, which leaves at once.",
                   .fields = {RateField(100), TimeField("window", "It.", 0.05),
                              SizeField("size", "The most calls of a batch, 2 or more.", 4)}},
          .calls = 8'000'000,
          .problem = [](const Choice& numbers) -> std::optional<std::string> {
            if (numbers.Count("size") < 2) {
              return "size: found 1, wanted at least 2";
            }
            return ProblemOfWindow(numbers);
          },
          .overrides =
              [](const Choice& numbers) {
                return Bare(numbers, {"batcher.policy.kind=window",
                                      TimeAt("batcher.policy.window", numbers, "window"),
                                      fmt::format("batcher.max_items={}", numbers.Count("size"))});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double rate = RateOf(numbers);
            const double window = SecondsOf(numbers, "window");
            const std::size_t size = numbers.Count("size");
            const BatchForm form = results::FullWindowForm(rate, window, size);
            return {CallsPerBatch(form.calls_per_batch),
                    BatchesPerCall(form.batches_per_call()),
                    MeanWait(form.mean_wait),
                    WaitQuantile(kP50, form.wait_up_to),
                    WaitQuantile(kP99, form.wait_up_to),
                    ShareWaiting(1 - form.wait_up_to(0)),
                    {.quantity = "full batches",
                     .exact = results::FullShare(rate, window, size),
                     .unit = PredictedUnit::kShare,
                     .per = Per::kBatch,
                     .of_batch = [size](const BatchRecord& batch) {
                       return batch.calls == size ? 1 : 0;
                     }}};
          }};
}

std::vector<std::string> FreeTick(const Choice& numbers) {
  return {"batcher.policy.kind=tick", TimeAt("batcher.policy.period", numbers, "period"),
          "batcher.policy.awaits=false"};
}

VerifyCase TickCase() {
  return {
      .spec = {.name = "tick",
               .meaning = "A look each period, which waits for no answer, and takes all that is "
                          "queued.",
               .fields = {RateField(30), TimeField("period", "It.", 0.1)}},
      .calls = 4'000'000,
      .problem = ProblemOfPeriod,
      .overrides = [](const Choice& numbers) { return Bare(numbers, FreeTick(numbers)); },
      .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
        const BatchForm form = results::TickForm(RateOf(numbers), SecondsOf(numbers, "period"), 0);
        return {BatchesPerCall(form.batches_per_call()), CallsPerBatch(form.calls_per_batch),
                MeanWait(form.mean_wait), WaitQuantile(kP50, form.wait_up_to),
                WaitQuantile(kP99, form.wait_up_to)};
      }};
}

VerifyCase FullTickCase() {
  return {.spec = {.name = "tick_full",
                   .meaning = "The same with a largest batch: all that is queued leaves in as many "
                              "as it takes.",
                   .fields = {RateField(300), TimeField("period", "It.", 0.1),
                              SizeField("size", "The most calls of a batch.", 10)}},
          .calls = 4'000'000,
          .problem = ProblemOfPeriod,
          .overrides =
              [](const Choice& numbers) {
                std::vector<std::string> more = FreeTick(numbers);
                more.push_back(fmt::format("batcher.max_items={}", numbers.Count("size")));
                return Bare(numbers, more);
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const BatchForm form = results::TickForm(RateOf(numbers), SecondsOf(numbers, "period"),
                                                     numbers.Count("size"));
            return {BatchesPerCall(form.batches_per_call()), MeanWait(form.mean_wait),
                    WaitQuantile(kP50, form.wait_up_to), WaitQuantile(kP99, form.wait_up_to)};
          }};
}

VerifyCase CountCase() {
  return {.spec = {.name = "count",
                   .meaning = "A batch leaves with its size-th call, without a timer.",
                   .fields = {RateField(100), SizeField("size", "Calls of a batch.", 14)}},
          .calls = 4'000'000,
          .overrides =
              [](const Choice& numbers) {
                return Bare(numbers,
                            {"batcher.policy.kind=count",
                             fmt::format("batcher.policy.size={}", numbers.Count("size"))});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const BatchForm form = results::CountForm(RateOf(numbers), numbers.Count("size"));
            std::vector<Prediction> all = {CallsPerBatch(form.calls_per_batch)};
            if (numbers.Count("size") > 1) {
              all.push_back(MeanWait(form.mean_wait));
              all.push_back(WaitQuantile(kP50, form.wait_up_to));
              all.push_back(WaitQuantile(kP99, form.wait_up_to));
            }
            return all;
          }};
}

VerifyCase BalanceCase() {
  return {.spec = {.name = "balance",
                   .meaning = "A batch leaves when the waits of its calls add up to its price.",
                   .fields = {RateField(100), TimeField("price", "Of a batch, in waiting.", 0.1)}},
          .calls = 8'000'000,
          .problem = [](const Choice& numbers) -> std::optional<std::string> {
            // The waits of n calls at equal gaps add up to n^2 / 2 gaps.
            const double waits = RateOf(numbers) * SecondsOf(numbers, "price");
            constexpr double kMostCalls = 400;
            if (waits > kMostCalls * kMostCalls / 2) {
              return fmt::format("rate x price: found {:.3g}, wanted at most {:.3g}", waits,
                                 kMostCalls * kMostCalls / 2);
            }
            return std::nullopt;
          },
          .overrides =
              [](const Choice& numbers) {
                return Bare(numbers, {"batcher.policy.kind=balance",
                                      TimeAt("batcher.policy.price", numbers, "price")});
              },
          .predictions = [](const Choice& numbers) -> std::vector<Prediction> {
            const double price = SecondsOf(numbers, "price");
            const BatchForm form = results::BalanceForm(RateOf(numbers), price);
            Prediction cost = MeanWait(form.mean_wait + price * form.batches_per_call());
            cost.quantity = "cost per call";
            cost.of_batch = [price](const BatchRecord& /*batch*/) { return price; };
            return {CallsPerBatch(form.calls_per_batch), BatchesPerCall(form.batches_per_call()),
                    MeanWait(form.mean_wait), cost};
          }};
}

}  // namespace

std::vector<VerifyCase> WindowCases() {
  return {WindowCase(), FullWindowCase(), TickCase(), FullTickCase(), CountCase(), BalanceCase()};
}

}  // namespace bench
