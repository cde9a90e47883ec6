#include "results/lib/quantile_of.h"

#include "batcher/base/check.h"

namespace results {

double QuantileOf(const std::function<double(double)>& share_up_to, double share, double scale) {
  CHECK(share >= 0 && share < 1 && scale > 0);
  if (share_up_to(0) >= share) {
    return 0;
  }
  double low = 0;
  double high = scale;
  constexpr int kDoublings = 200;
  for (int i = 0; share_up_to(high) < share; ++i) {
    CHECK(i < kDoublings);
    low = high;
    high *= 2;
  }
  constexpr double kPrecision = 1e-12;
  while (high - low > kPrecision * high) {
    const double middle = low + (high - low) / 2;
    (share_up_to(middle) < share ? low : high) = middle;
  }
  return high;
}

}  // namespace results
