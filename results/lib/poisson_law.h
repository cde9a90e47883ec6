#pragma once

#include <cstddef>
#include <vector>

namespace results {

// How many arrivals of a Poisson process fall into a time in which `mean` are expected.
class PoissonLaw {
 public:
  // REQUIRES: 0 <= mean <= 1e6.
  explicit PoissonLaw(double mean);

  // P(A = k), P(A <= k), P(A >= k). What is below 1e-17 may count as 0.
  [[nodiscard]] double At(std::size_t k) const;
  [[nodiscard]] double UpTo(std::size_t k) const;
  [[nodiscard]] double From(std::size_t k) const;

  // All numbers from here on together are less likely than 1e-17.
  [[nodiscard]] std::size_t end() const { return at_.size(); }

 private:
  std::vector<double> at_;
  std::vector<double> from_;  // from_[k] = P(A >= k)
};

}  // namespace results
