#include "results/lib/natural_forms.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/poisson_law.h"

namespace results {
namespace {

// A Markov chain whose next state is `offset` + the arrivals of a Poisson process in a time.
struct Step {
  std::size_t offset = 0;
  double arrivals = 0;  // expected
};

// The long-run probability of each state, by following the chain until it no longer changes. The
// next state is never below `least`.
std::vector<double> StationaryLaw(std::size_t least, const std::function<Step(std::size_t)>& from) {
  std::map<double, PoissonLaw> laws;  // by the arrivals expected: chains have few of them, or many
  std::vector<double> law(least + 1, 0.0);
  law[least] = 1;
  constexpr double kNegligible = 1e-18;
  constexpr double kStill = 1e-14;
  constexpr int kMostSteps = 100'000;
  double change = 1;
  for (int i = 0; i < kMostSteps && change > kStill; ++i) {
    std::vector<double> next(law.size(), 0.0);
    for (std::size_t n = least; n < law.size(); ++n) {
      if (law[n] < kNegligible) {
        continue;
      }
      const Step step = from(n);
      const PoissonLaw& arrivals = laws.try_emplace(step.arrivals, step.arrivals).first->second;
      next.resize(std::max(next.size(), step.offset + arrivals.end()), 0.0);
      for (std::size_t k = 0; k < arrivals.end(); ++k) {
        next[std::max(least, step.offset + k)] += law[n] * arrivals.At(k);
      }
    }
    law.resize(next.size(), 0.0);
    change = 0;
    for (std::size_t n = 0; n < next.size(); ++n) {
      change += std::abs(next[n] - law[n]);
    }
    law = std::move(next);
  }
  return law;
}

double Mean(const std::vector<double>& law, const std::function<double(double)>& of) {
  double mean = 0;
  for (std::size_t n = 0; n < law.size(); ++n) {
    mean += law[n] * of(static_cast<double>(n));
  }
  return mean;
}

double Calls(double n) { return n; }

}  // namespace

ServedForm LoopForm(double rate, double period, const LinearService& service) {
  CHECK(rate > 0 && period > 0 && rate * service.per_item < 1);
  const auto gap = [=](double calls) { return period + (calls > 0 ? service.Of(calls) : 0); };
  const std::vector<double> law = StationaryLaw(
      0, [&](std::size_t n) { return Step{.arrivals = rate * gap(static_cast<double>(n))}; });
  const double mean_gap = Mean(law, gap);
  const double calls = Mean(law, Calls);  // of a look
  const double nonempty = 1 - law[0];
  ServedForm form{.share_nonempty = nonempty};
  form.batches.calls_per_batch = calls / nonempty;
  // A call comes at a uniform time of a gap, and so more often in a long one.
  form.batches.mean_wait = Mean(law, [&](double n) { return gap(n) * gap(n); }) / (2 * mean_gap);
  form.batches.wait_up_to = [=](double t) {
    return 1 - Mean(law, [&](double n) { return std::max(gap(n) - t, 0.0); }) / mean_gap;
  };
  form.mean_latency =
      form.batches.mean_wait + Mean(law, [&](double n) { return n * service.Of(n); }) / calls;
  form.busy = (mean_gap - period) / mean_gap;
  return form;
}

ServedForm NaturalForm(double rate, const LinearService& service) {
  CHECK(rate > 0 && rate * service.per_item < 1);
  const std::vector<double> law = StationaryLaw(1, [&](std::size_t n) {
    return Step{.arrivals = rate * service.Of(static_cast<double>(n))};
  });
  const double calls = Mean(law, Calls);
  const auto of = [=](double n) { return n > 0 ? service.Of(n) : 0; };
  ServedForm form;
  form.batches.calls_per_batch = calls;
  // Who comes during a service waits for the rest of it; who comes in between does not wait.
  form.batches.mean_wait = rate * Mean(law, [&](double n) { return of(n) * of(n); }) / (2 * calls);
  form.batches.wait_up_to = [=](double t) {
    return 1 - rate * Mean(law, [&](double n) { return std::max(of(n) - t, 0.0); }) / calls;
  };
  form.mean_latency =
      form.batches.mean_wait + Mean(law, [&](double n) { return n * of(n); }) / calls;
  form.busy = rate * Mean(law, of) / calls;
  form.mean_square = Mean(law, [](double n) { return n * n; });
  form.share_at_once = Mean(law, [&](double n) { return std::exp(-rate * of(n)); }) / calls;
  return form;
}

double NaturalLatencyBound(double rate, const LinearService& service) {
  const auto [base, per_item] = service;
  const double item_load = rate * per_item;
  const double base_load = rate * base;
  const double inoue = (base + per_item) / (2 * (1 - item_load)) *
                       (1 + 2 * base_load + (1 - item_load) / (1 + item_load));
  // As if a batch were never followed by an empty queue.
  const double never_idle =
      1.5 * base / (1 - item_load) + per_item / 2 * (item_load + 2) / (1 - item_load * item_load);
  return std::min(inoue, never_idle);
}

ServedForm ExponentialNaturalForm(double rate, double service, std::size_t slots) {
  CHECK(rate > 0 && service > 0 && slots >= 1);
  const auto count = static_cast<double>(slots);
  const double offered = rate * service;
  double weight = 1;  // of k busy slots, over that of none
  double all = 0;
  double busy = 0;
  for (std::size_t k = 0; k < slots; ++k) {
    all += weight;
    busy += static_cast<double>(k) * weight;
    weight *= offered / static_cast<double>(k + 1);
  }
  weight *= 1 + offered / count;  // All are busy, with any number of calls queued.
  const double all_busy = weight / (all + weight);
  ServedForm form{.busy = (busy + count * weight) / (all + weight), .share_at_once = 1 - all_busy};
  form.batches.calls_per_batch = offered / form.busy;
  form.batches.mean_wait = all_busy * service / count;
  form.batches.wait_up_to = [=](double t) { return 1 - all_busy * std::exp(-count * t / service); };
  form.mean_latency = form.batches.mean_wait + service;
  return form;
}

ServedForm ExponentialFullForm(double rate, double service, std::size_t size) {
  CHECK(rate > 0 && rate * service < static_cast<double>(size));
  const double pace = 1 / service;
  // The queue grows by one with probability `root`: the smallest root of
  // rate + pace x^(size + 1) = (rate + pace) x, to which the iteration rises from 0.
  double root = 0;
  for (double next = rate / (rate + pace); next > root;) {
    root = std::exchange(
        next, (rate + pace * std::pow(next, static_cast<double>(size) + 1)) / (rate + pace));
  }
  const double none_queued = 1 / (pace / rate + 1 / (1 - root));  // and the slot is taken
  const double idle = pace / rate * none_queued;
  ServedForm form{.busy = 1 - idle};
  form.batches.calls_per_batch = rate * service / form.busy;
  form.batches.mean_wait = none_queued * root / ((1 - root) * (1 - root)) / rate;
  form.mean_latency = form.batches.mean_wait + service;
  return form;
}

ServedForm ConstantFullForm(double rate, double service, std::size_t size) {
  CHECK(rate > 0 && rate * service < static_cast<double>(size));
  const double arrivals = rate * service;
  // Of the calls queued when a batch is done; the next one takes some, or waits for the first.
  const auto left = [size](std::size_t n) { return n > size ? n - size : 0; };
  const std::vector<double> law = StationaryLaw(
      0, [&](std::size_t n) { return Step{.offset = left(n), .arrivals = arrivals}; });
  const double cycle = service + law[0] / rate;
  double still_queued = 0;  // when a service begins
  for (std::size_t n = 0; n < law.size(); ++n) {
    still_queued += law[n] * static_cast<double>(left(n));
  }
  ServedForm form{.busy = service / cycle};
  form.batches.calls_per_batch = rate * cycle;
  // Little's law, with the calls queued on average over a cycle.
  form.batches.mean_wait = (still_queued * service + rate * service * service / 2) / cycle / rate;
  form.mean_latency = form.batches.mean_wait + service;
  return form;
}

ServedForm ThresholdForm(double rate, double service, std::size_t size) {
  CHECK(rate > 0 && service > 0 && size >= 1);
  const PoissonLaw arrivals(rate * service);
  double calls = 0;
  double waiting_more = 0;  // rate x the waits from the end of a service until enough are queued
  for (std::size_t n = 0; n < std::max(arrivals.end(), size); ++n) {
    calls += arrivals.At(n) * static_cast<double>(std::max(n, size));
    if (n < size) {
      const auto lacking = static_cast<double>(size - n);
      waiting_more += arrivals.At(n) * lacking * (static_cast<double>(n) + (lacking - 1) / 2);
    }
  }
  ServedForm form{.busy = rate * service / calls};
  form.batches.calls_per_batch = calls;
  form.batches.mean_wait = (rate * service * service / 2 + waiting_more / rate) / calls;
  form.mean_latency = form.batches.mean_wait + service;
  return form;
}

}  // namespace results
