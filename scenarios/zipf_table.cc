#include "scenarios/zipf_table.h"

#include <bit>
#include <cmath>
#include <limits>

#include "batcher/base/check.h"

namespace scenarios {
namespace {

__extension__ using Wide = unsigned __int128;

// The weight of the first rank: kMostDistinct such weights still fit into 64 bits.
constexpr int kWeightBits = 40;

}  // namespace

ZipfTable::ZipfTable(std::size_t distinct, double exponent) {
  CHECK(distinct >= 1 && distinct <= kMostDistinct && exponent >= 0);
  ends_.reserve(distinct);
  std::uint64_t total = 0;
  for (std::size_t rank = 0; rank < distinct; ++rank) {
    // Rounded to an integer at once: what the last bits of pow() are does not matter.
    const double share = std::pow(static_cast<double>(rank + 1), -exponent);
    total += static_cast<std::uint64_t>(std::llround(std::ldexp(share, kWeightBits)));
    ends_.push_back(total);
  }
  for (std::uint64_t& end : ends_) {
    const Wide scaled = (static_cast<Wide>(end) << 64U) / total;
    end = scaled > std::numeric_limits<std::uint64_t>::max()
              ? std::numeric_limits<std::uint64_t>::max()
              : static_cast<std::uint64_t>(scaled);
  }

  const std::size_t buckets = std::bit_ceil(distinct + 1);
  shift_ = 64U - static_cast<unsigned>(std::countr_zero(buckets));
  first_rank_.reserve(buckets);
  std::size_t rank = 0;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    while (ends_[rank] <= bucket << shift_ && rank + 1 < distinct) {
      ++rank;
    }
    first_rank_.push_back(static_cast<std::uint32_t>(rank));
  }
}

}  // namespace scenarios
