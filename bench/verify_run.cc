#include "bench/verify_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>
#include <utility>

#include "batcher/base/time.h"
#include "scenarios/load.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;

// The sums of one replication.
struct Sums {
  std::vector<double> of_prediction;
  double calls = 0;
  double batches = 0;
  double seconds = 0;

  [[nodiscard]] double Under(Per per) const {
    switch (per) {
      case Per::kCall:
        return calls;
      case Per::kBatch:
        return batches;
      case Per::kSecond:
        return seconds;
    }
    return 0;
  }
};

// Adds up what the predictions ask for.
class SumKeeper final : public RecordKeeper {
 public:
  SumKeeper(const std::vector<Prediction>& predictions, std::uint64_t calls)
      : predictions_(predictions), first_(calls / kEdge), end_(calls - calls / kEdge) {
    sums_.of_prediction.resize(predictions.size());
  }

  void End(const batcher::CallRecord& call) override {
    unanswered_ += call.outcome == batcher::Outcome::kValue ? 0U : 1U;
    held_back_ += call.sent > call.dispatched ? 1U : 0U;
    if (call.call == first_) {
      from_ = call.submitted;
    } else if (call.call == end_) {
      to_ = call.submitted;
    }
    if (call.call < first_ || call.call >= end_) {
      return;
    }
    ++sums_.calls;
    for (std::size_t i = 0; i < predictions_.size(); ++i) {
      if (predictions_[i].of_call) {
        sums_.of_prediction[i] += predictions_[i].of_call(call);
      }
    }
  }
  void End(const batcher::BatchRecord& batch) override {
    if (batch.first_call < first_ || batch.first_call >= end_) {
      return;
    }
    ++sums_.batches;
    for (std::size_t i = 0; i < predictions_.size(); ++i) {
      if (predictions_[i].of_batch) {
        sums_.of_prediction[i] += predictions_[i].of_batch(batch);
      }
    }
  }

  [[nodiscard]] Sums Take() {
    sums_.seconds = batcher::ToSeconds(to_ - from_);
    return std::move(sums_);
  }
  // Calls without a value; those at the end of a run may have none.
  [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
  // Calls that waited for one of the client's connections, of which there should be enough.
  [[nodiscard]] std::uint64_t held_back() const { return held_back_; }

 private:
  static constexpr std::uint64_t kEdge = 20;  // the part of the calls at either end

  const std::vector<Prediction>& predictions_;
  std::uint64_t first_;
  std::uint64_t end_;
  batcher::Instant from_;
  batcher::Instant to_;
  std::uint64_t unanswered_ = 0;
  std::uint64_t held_back_ = 0;
  Sums sums_;
};

// The replications of one case, which its threads share.
class Replications {
 public:
  Replications(const scenarios::Scenario& scenario, const std::vector<Prediction>& predictions,
               const VerifySize& size, std::uint64_t calls)
      : scenario_(scenario), predictions_(predictions), size_(size), calls_(calls) {
    sums_.resize(size.replications);
  }

  void Run(const VerifyControl& control) {
    while (const std::optional<std::size_t> replication = Take(control.stop)) {
      scenarios::Scenario scenario = scenario_;
      scenario.seed = size_.first_seed + *replication;
      SumKeeper keeper(predictions_, calls_);
      auto violations = control.simulate(scenario, {.stop = control.stop}, keeper);
      const std::lock_guard lock(mutex_);
      if (!violations) {
        error_ = violations.error();
      } else if (*violations) {
        Finish(*replication, keeper, **violations);
        if (control.done) {
          control.done(static_cast<double>(finished_) / static_cast<double>(sums_.size()));
        }
      }
    }
  }

  // Once all threads are done.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] bool complete() const { return finished_ == sums_.size(); }
  [[nodiscard]] std::vector<std::string> TakeViolations() { return std::move(violations_); }

  [[nodiscard]] VerifiedQuantity Judge(std::size_t i) const {
    const Prediction& prediction = predictions_[i];
    double over = 0;
    double under = 0;
    std::vector<double> values;
    for (const Sums& sums : sums_) {
      over += sums.of_prediction[i];
      under += sums.Under(prediction.per);
      values.push_back(sums.of_prediction[i] / sums.Under(prediction.per));
    }
    VerifiedQuantity judged{.quantity = prediction.quantity,
                            .unit = prediction.unit,
                            .exact = prediction.exact,
                            .agreement = results::Compare(prediction.exact, over / under, values)};
    // Written so that what is not a number differs.
    if (!(std::abs(judged.agreement.z) < kLargestZ)) {
      judged.verdict = VerifyVerdict::kDiffers;
    } else if (prediction.unit != PredictedUnit::kShare &&
               judged.agreement.error > kLargestError * std::abs(prediction.exact)) {
      judged.verdict = VerifyVerdict::kTooNoisy;
    }
    return judged;
  }

 private:
  std::optional<std::size_t> Take(const std::stop_token& stop) {
    const std::lock_guard lock(mutex_);
    if (next_ == sums_.size() || error_ || stop.stop_requested()) {
      return std::nullopt;
    }
    return next_++;
  }

  // REQUIRES: mutex_ is held.
  void Finish(std::size_t replication, SumKeeper& keeper,
              const std::vector<std::string>& violations) {
    sums_[replication] = keeper.Take();
    ++finished_;
    violations_.insert(violations_.end(), violations.begin(), violations.end());
    // A policy without a timer leaves the last calls queued until they time out.
    constexpr std::uint64_t kTail = 1000;
    if (keeper.unanswered() >= kTail) {
      violations_.push_back(fmt::format("{} calls have no value", keeper.unanswered()));
    }
    if (keeper.held_back() > 0) {
      violations_.push_back(
          fmt::format("{} calls waited for a connection: too many batches are in flight at once",
                      keeper.held_back()));
    }
  }

  const scenarios::Scenario& scenario_;
  const std::vector<Prediction>& predictions_;
  const VerifySize& size_;
  const std::uint64_t calls_;
  std::mutex mutex_;
  std::vector<Sums> sums_;               // Written under mutex_, by replication.
  std::size_t next_ = 0;                 // Guarded by mutex_.
  std::size_t finished_ = 0;             // Guarded by mutex_.
  std::vector<std::string> violations_;  // Guarded by mutex_.
  std::optional<Error> error_;           // Guarded by mutex_.
};

// One replication of the case, but for its seed.
Result<scenarios::Scenario> ScenarioOf(const VerifyCase& verify_case,
                                       const batcher::Choice& numbers, std::uint64_t calls) {
  const std::string name(verify_case.spec.name);
  if (verify_case.problem) {
    if (const auto problem = verify_case.problem(numbers)) {
      return Error{fmt::format("{}: {}", name, *problem)};
    }
  }
  std::vector<std::string> overrides = verify_case.overrides(numbers);
  overrides.push_back(fmt::format("arrivals.count={}", calls));
  return scenarios::ParseScenario("{}", name, overrides);
}

}  // namespace

VerifyVerdict VerifiedCase::verdict() const {
  VerifyVerdict worst = violations.empty() ? VerifyVerdict::kAgrees : VerifyVerdict::kDiffers;
  for (const VerifiedQuantity& quantity : quantities) {
    worst = std::max(worst, quantity.verdict);
  }
  return worst;
}

Result<std::optional<VerifiedCase>> Verify(const VerifyCase& verify_case,
                                           const batcher::Choice& numbers, const VerifySize& size,
                                           const VerifyControl& control) {
  const std::uint64_t calls = size.calls.value_or(verify_case.calls) / size.replications;
  const Result<scenarios::Scenario> scenario = ScenarioOf(verify_case, numbers, calls);
  if (!scenario) {
    return scenario.error();
  }
  const std::vector<Prediction> predictions = verify_case.predictions(numbers);
  Replications replications(*scenario, predictions, size, calls);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < size.jobs; ++i) {
      threads.emplace_back([&] { replications.Run(control); });
    }
    replications.Run(control);
  }
  if (replications.error()) {
    return *replications.error();
  }
  if (!replications.complete()) {
    return std::optional<VerifiedCase>();
  }
  VerifiedCase verified{.name = std::string(verify_case.spec.name),
                        .numbers = numbers,
                        .calls = calls * size.replications,
                        .violations = replications.TakeViolations()};
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    verified.quantities.push_back(replications.Judge(i));
  }
  return std::optional(std::move(verified));
}

}  // namespace bench
