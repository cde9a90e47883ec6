#include "results/lib/poisson_law.h"

#include <algorithm>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>

#include "batcher/base/check.h"

namespace results {
namespace {

constexpr double kNegligible = 1e-17;

}  // namespace

PoissonLaw::PoissonLaw(double mean) {
  constexpr double kLargestMean = 1e6;
  CHECK(mean >= 0 && mean <= kLargestMean);
  if (mean == 0) {  // Not a distribution to the library.
    at_ = {1};
  } else {
    // Nine standard deviations hold all but 1e-17; the tail of small means is longer.
    const boost::math::poisson law(mean);
    const auto end = static_cast<std::size_t>(mean + 9 * std::sqrt(mean) + 25);
    for (std::size_t k = 0; k < end; ++k) {
      at_.push_back(boost::math::pdf(law, static_cast<double>(k)));
    }
    while (at_.size() > 1 && at_.back() < kNegligible) {
      at_.pop_back();
    }
  }
  // Added from the end, so that small tails are exact.
  from_.resize(at_.size());
  double tail = 0;
  for (std::size_t k = at_.size(); k-- > 0;) {
    tail += at_[k];
    from_[k] = std::min(tail, 1.0);
  }
}

double PoissonLaw::At(std::size_t k) const { return k < at_.size() ? at_[k] : 0; }
double PoissonLaw::UpTo(std::size_t k) const { return 1 - From(k + 1); }
double PoissonLaw::From(std::size_t k) const { return k < from_.size() ? from_[k] : 0; }

}  // namespace results
