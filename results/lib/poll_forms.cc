#include "results/lib/poll_forms.h"

#include <algorithm>
#include <boost/math/distributions/lognormal.hpp>
#include <cmath>

#include "batcher/base/check.h"
#include "results/lib/poisson_law.h"

namespace results {
namespace {

constexpr double kNegligible = 1e-15;
constexpr int kMostPolls = 10'000'000;

}  // namespace

ReadyLaw ExponentialReady(double mean) {
  CHECK(mean > 0);
  return {.mean = mean, .later_than = [mean](double t) { return std::exp(-t / mean); }};
}

ReadyLaw LognormalReady(double mean, double cv) {
  CHECK(mean > 0 && cv > 0);
  const double variance = std::log1p(cv * cv);
  const boost::math::lognormal law(std::log(mean) - variance / 2, std::sqrt(variance));
  return {.mean = mean, .later_than = [law](double t) {
            return t <= 0 ? 1 : boost::math::cdf(boost::math::complement(law, t));
          }};
}

ReadyLaw ParetoReady(double least, double alpha) {
  CHECK(least > 0 && alpha > 1);
  return {.mean = alpha * least / (alpha - 1),
          .later_than = [=](double t) { return t <= least ? 1 : std::pow(least / t, alpha); }};
}

// The mean of a number is the sum over k of the share that exceeds k.
PollForm FixedPolls(const ReadyLaw& ready, double period) {
  CHECK(period > 0);
  PollForm form{.polls = 1};
  for (int k = 1; k < kMostPolls; ++k) {
    const double more = ready.later_than(k * period);
    if (more < kNegligible) {
      break;
    }
    form.polls += more;
  }
  form.seen = period * form.polls;
  form.extra = form.seen - ready.mean;
  return form;
}

PollForm ScheduledPolls(const ReadyLaw& ready, double first, double factor) {
  CHECK(first > 0 && factor > 1);
  PollForm form{.polls = 1, .seen = first};
  double at = first;
  for (int k = 1; k < kMostPolls; ++k) {
    const double more = ready.later_than(at);
    form.polls += more;
    form.seen += more * (at * factor - at);
    // What is seen grows by a share of the time, which grows itself.
    if (more * at * factor < kNegligible * form.seen) {
      break;
    }
    at *= factor;
  }
  form.extra = form.seen - ready.mean;
  return form;
}

PipelineForm PolledWindow(double rate, double window, const LinearService& service, double period,
                          double round_trip) {
  PipelineForm form{.batches = WindowForm(rate, window)};
  const PoissonLaw others(rate * window);
  double of_calls = 0;
  for (std::size_t k = 0; k < others.end(); ++k) {
    const auto calls = static_cast<double>(k + 1);
    const double polls = std::max(std::ceil(service.Of(calls) / period), 1.0);
    form.polls_per_batch += others.At(k) * polls;
    of_calls += others.At(k) * polls * calls;
  }
  form.mean_latency =
      form.batches.mean_wait + of_calls / form.batches.calls_per_batch * period + round_trip;
  return form;
}

}  // namespace results
