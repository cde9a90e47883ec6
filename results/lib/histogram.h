#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace results {

// Durations counted in buckets whose width grows with the value: exact below 2048 ns, within 0.05 %
// above. Adding takes a few nanoseconds; the memory depends on the largest value only (170 kB for 1
// s, 440 kB for the largest that a Duration can hold). Histograms merge without loss, which is how
// the quantiles of several runs or threads are taken: never from averaged quantiles. A value; not
// thread-safe.
class Histogram {
 public:
  // REQUIRES: time >= 0.
  void Add(batcher::Duration time) {
    CHECK(time.count() >= 0);
    const auto value = static_cast<std::uint64_t>(time.count());
    const std::size_t bucket = BucketOf(value);
    if (bucket >= buckets_.size()) [[unlikely]] {
      buckets_.resize(bucket + 1);
    }
    ++buckets_[bucket];
    ++count_;
    sum_low_ += value;
    sum_high_ += sum_low_ < value ? 1U : 0U;
    max_ = time > max_ ? time : max_;
  }

  void Merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // Exact. 0 if empty.
  [[nodiscard]] batcher::Duration max() const { return max_; }
  // From exact sums, rounded to the nanosecond. 0 if empty.
  [[nodiscard]] batcher::Duration Mean() const;
  // By nearest rank, as in quantile.h: the middle of the bucket of that rank, and max() for the
  // last. REQUIRES: count() > 0, 0 <= q <= 1.
  [[nodiscard]] batcher::Duration Quantile(double q) const;

  // All of it as a line of text, for files: "h10 <count> <sum / 2^64> <sum mod 2^64> <max in ns>",
  // then for each bucket in use " <distance from the one before>", with ":<count>" behind it if the
  // count is not 1. Decode gives back an equal histogram, which merges and answers alike; it
  // refuses text of another form, text that was cut off, and parts that contradict each other.
  [[nodiscard]] std::string Encode() const;
  [[nodiscard]] static batcher::Result<Histogram> Decode(std::string_view text);

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  // Each power of two is cut into 2^kBits buckets: their width is at most 1 / 2^kBits of the value.
  static constexpr unsigned kBits = 10;

  // The first 2^(kBits + 1) buckets hold one value each.
  static constexpr std::size_t BucketOf(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kBits + 1 ? width - (kBits + 1) : 0;
    return (std::size_t{shift} << kBits) + static_cast<std::size_t>(value >> shift);
  }
  static constexpr std::size_t ShiftOf(std::size_t bucket) {
    const std::size_t row = bucket >> kBits;
    return row > 1 ? row - 1 : 0;
  }
  // The smallest value in a bucket, and how many values it has.
  static constexpr std::uint64_t LowestOf(std::size_t bucket) {
    const std::size_t shift = ShiftOf(bucket);
    return std::uint64_t{bucket - (shift << kBits)} << shift;
  }
  static constexpr std::uint64_t WidthOf(std::size_t bucket) {
    return std::uint64_t{1} << ShiftOf(bucket);
  }

  // Whether sum and max are such as the buckets allow.
  [[nodiscard]] bool IsConsistent() const;

  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_low_ = 0;   // The sum of all values is
  std::uint64_t sum_high_ = 0;  // sum_high_ * 2^64 + sum_low_.
  batcher::Duration max_{0};
};

}  // namespace results
