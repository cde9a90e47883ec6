#include "results/lib/window_forms.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/poisson_law.h"

namespace results {

// The first call waits for the window, the others, rate x window of them, come at uniform times.
BatchForm WindowForm(double rate, double window) {
  CHECK(rate > 0 && window > 0);
  const double others = rate * window;
  return {
      .calls_per_batch = 1 + others,
      .mean_wait = window * (1 + others / 2) / (1 + others),
      .wait_up_to = [=](double t) { return t >= window ? 1 : others / (1 + others) * t / window; }};
}

// E[N S(N)] / E[N] with N = 1 + a Poisson number of others.
double WindowService(double rate, double window, double base, double per_item) {
  const double others = rate * window;
  return base + per_item * (1 + 3 * others + others * others) / (1 + others);
}

// Of the others only those count that come until the batch is full, and each of them is there with
// the probability that so many come.
BatchForm FullWindowForm(double rate, double window, std::size_t size) {
  CHECK(rate > 0 && window > 0 && size >= 2);
  const PoissonLaw others(rate * window);
  double calls = 1;
  double queued = 0;  // rate x the waiting of a batch: the k-th gap is waited through by k calls
  for (std::size_t k = 1; k < size; ++k) {
    calls += others.From(k);
    queued += static_cast<double>(k) * others.From(k);
  }
  // Calls that wait for longer than t < window: the first unless the batch is full by then, and
  // each other one that comes with so many places left that they are not taken within t.
  const auto waiting_longer = [=](double t) {
    const PoissonLaw within(rate * t);
    double longer = within.UpTo(size - 2);
    for (std::size_t k = 0; k + 3 <= size; ++k) {
      longer += others.From(k + 1) - within.From(k + 1);
    }
    return longer;
  };
  return {.calls_per_batch = calls,
          .mean_wait = queued / rate / calls,
          .wait_up_to = [=](double t) { return t >= window ? 1 : 1 - waiting_longer(t) / calls; }};
}

double FullShare(double rate, double window, std::size_t size) {
  CHECK(size >= 1);
  return PoissonLaw(rate * window).From(size - 1);
}

BatchForm TickForm(double rate, double period, std::size_t size) {
  CHECK(rate > 0 && period > 0);
  const PoissonLaw queued(rate * period);  // at a look
  double batches = 0;                      // of a look
  for (std::size_t k = 1; k < queued.end(); ++k) {
    const std::size_t of_k = size == 0 ? 1 : (k + size - 1) / size;
    batches += static_cast<double>(of_k) * queued.At(k);
  }
  return {.calls_per_batch = rate * period / batches,
          .mean_wait = period / 2,
          .wait_up_to = [=](double t) { return std::clamp(t / period, 0.0, 1.0); }};
}

// The j-th call of a batch waits for size - j gaps.
BatchForm CountForm(double rate, std::size_t size) {
  CHECK(rate > 0 && size >= 1);
  const auto count = static_cast<double>(size);
  return {
      .calls_per_batch = count, .mean_wait = (count - 1) / (2 * rate), .wait_up_to = [=](double t) {
        const PoissonLaw gaps(rate * t);  // that end within t
        double share = 0;
        for (std::size_t of = 0; of < size; ++of) {
          share += gaps.From(of) / count;
        }
        return share;
      }};
}

// The birth process at the end of its clock, by uniformization: it is looked at by a Poisson
// process of the largest of its rates, and each look with k calls finds a new one with the
// probability 1 / k.
BatchForm BalanceForm(double rate, double price) {
  constexpr double kMostLooks = 1e5;
  CHECK(rate > 0 && price > 0 && rate * price <= kMostLooks);
  const PoissonLaw looks(rate * price);
  std::vector<double> at = {0, 1};  // at[k]: the probability of k calls, after some looks
  double calls = 0;
  for (std::size_t look = 0; look < looks.end(); ++look) {
    double mean = 0;
    for (std::size_t k = 1; k < at.size(); ++k) {
      mean += static_cast<double>(k) * at[k];
    }
    calls += looks.At(look) * mean;
    constexpr double kNegligible = 1e-18;
    if (at.back() > kNegligible) {
      at.push_back(0);
    }
    for (std::size_t k = at.size() - 1; k >= 1; --k) {
      const double grown = k > 1 ? at[k - 1] / static_cast<double>(k - 1) : 0;
      at[k] = at[k] * (1 - 1 / static_cast<double>(k)) + grown;
    }
  }
  return {.calls_per_batch = calls, .mean_wait = price / calls};
}

}  // namespace results
