#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scenarios {

// Ranks 0 .. distinct - 1, rank r with a probability in proportion to (r + 1)^-exponent. Drawn by
// the exact inverse of the cumulative distribution. The table is made of sums of integers, so that
// it is the same from every compiler. Thread-safe once constructed.
class ZipfTable {
 public:
  static constexpr std::size_t kMostDistinct = 10'000'000;

  // REQUIRES: 1 <= distinct <= kMostDistinct, exponent >= 0.
  ZipfTable(std::size_t distinct, double exponent);

  // The rank that 64 uniform random bits stand for. Takes the same time for any table, on average.
  [[nodiscard]] std::uint64_t Rank(std::uint64_t bits) const {
    std::size_t rank = first_rank_[bits >> shift_];
    while (bits >= ends_[rank] && rank + 1 < ends_.size()) {
      ++rank;
    }
    return rank;
  }

 private:
  std::vector<std::uint64_t> ends_;  // Rank r owns the bits from ends_[r - 1] up to below ends_[r].
  std::vector<std::uint32_t>
      first_rank_;  // By the highest bits: the lowest rank that owns such bits.
  unsigned shift_ = 0;
};

}  // namespace scenarios
