#include "results/lib/queue_forms.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "results/lib/poisson_law.h"

namespace results {
namespace {

void CheckStable(double rate, double service, double slots) {
  CHECK(rate > 0 && service > 0 && rate * service < slots);
}

// P(at most m calls wait) of M/D/1 for m = 0 .. last: the chain of the calls in the system just
// after each departure, whose law is that at any time. It passes from n + 1 to n as often as from n
// or fewer to more than n; all terms are positive, so that nothing cancels.
std::vector<double> FewWaiting(double load, std::size_t last) {
  const PoissonLaw arrivals(load);  // during one service
  std::vector<double> in_system = {1 - load};
  for (std::size_t n = 0; n <= last; ++n) {
    double up = in_system[0] * arrivals.From(n + 1);
    for (std::size_t j = 1; j <= n; ++j) {
      up += in_system[j] * arrivals.From(n - j + 2);
    }
    in_system.push_back(up / arrivals.At(0));
  }
  std::vector<double> up_to(last + 1);
  double sum = in_system[0];  // One more than those who wait is in the system.
  for (std::size_t m = 0; m <= last; ++m) {
    sum += in_system[m + 1];
    up_to[m] = std::min(sum, 1.0);
  }
  return up_to;
}

// The share of M/D/1 that waits at most t.
double ConstantServiceWaitUpTo(double rate, double service, double t) {
  const auto whole = static_cast<std::size_t>(t / service) + 1;
  const double rest = static_cast<double>(whole) * service - t;
  const std::vector<double> few = FewWaiting(rate * service, whole - 1);
  const PoissonLaw arrivals(rate * rest);
  double share = 0;
  for (std::size_t j = 0; j < whole; ++j) {
    share += few[whole - 1 - j] * arrivals.At(j);
  }
  return share;
}

}  // namespace

QueueForm MarkovQueue(double rate, double service, std::size_t slots) {
  const auto count = static_cast<double>(slots);
  CheckStable(rate, service, count);
  const double offered = rate * service;
  double blocked = 1;  // Erlang's B, by its recursion
  for (std::size_t k = 1; k <= slots; ++k) {
    blocked = offered * blocked / (static_cast<double>(k) + offered * blocked);
  }
  const double waiting = blocked / (1 - offered / count * (1 - blocked));  // Erlang's C
  const double spare = count / service - rate;
  QueueForm form{
      .share_waiting = waiting,
      .mean_wait = waiting / spare,
      .wait_up_to = [=](double t) { return 1 - waiting * std::exp(-spare * t); },
  };
  if (slots == 1) {
    form.latency_up_to = [=](double t) { return 1 - std::exp(-spare * t); };
  }
  return form;
}

QueueForm GeneralQueue(double rate, double service, double cv) {
  CheckStable(rate, service, 1);
  const double load = rate * service;
  return {.share_waiting = load, .mean_wait = load * service * (1 + cv * cv) / (2 * (1 - load))};
}

QueueForm ConstantServiceQueue(double rate, double service) {
  QueueForm form = GeneralQueue(rate, service, 0);
  form.wait_up_to = [=](double t) { return ConstantServiceWaitUpTo(rate, service, t); };
  form.latency_up_to = [=](double t) {
    return t < service ? 0 : ConstantServiceWaitUpTo(rate, service, t - service);
  };
  return form;
}

QueueForm RegularQueue(double rate, double service) {
  CheckStable(rate, service, 1);
  // The share that waits is the smallest root of x = exp(-(1 - x) / load): from 0 the iteration
  // rises to it.
  const double load = rate * service;
  double waiting = 0;
  double next = std::exp(-1 / load);
  while (next > waiting) {
    waiting = std::exchange(next, std::exp(-(1 - next) / load));
  }
  const double pace = (1 - waiting) / service;
  return {.share_waiting = waiting,
          .mean_wait = waiting / pace,
          .wait_up_to = [=](double t) { return 1 - waiting * std::exp(-pace * t); },
          .latency_up_to = [=](double t) { return 1 - std::exp(-pace * t); }};
}

}  // namespace results
