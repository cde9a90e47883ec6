#include "results/lib/autocorrelation.h"

#include <cstddef>
#include <numeric>

namespace results {

double Lag1Autocorrelation(std::span<const double> values) {
  if (values.size() < 2) {
    return 0;
  }
  const double mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double squares = 0;
  double products = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i > 0) {
      products += (values[i - 1] - mean) * (values[i] - mean);
    }
  }
  return squares > 0 ? products / squares : 0;
}

}  // namespace results
