#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace prometheus {
class Histogram;
}  // namespace prometheus

namespace batcher {

// The counts of a prometheus::Histogram that one thread adds to, and publishes now and then: adding
// costs a look-up and an increment, and no lock. Values are whole numbers, such as nanoseconds, at
// least 0. For one thread.
class LocalHistogram {
 public:
  // `edges` ascend, in the unit of the values; those of `published` are each `scale` times as
  // large. `published` must outlive it.
  LocalHistogram(prometheus::Histogram& published, std::span<const std::int64_t> edges,
                 double scale);

  // A value that is an edge belongs to the bucket below it.
  void Add(std::int64_t value) {
    std::size_t bucket = first_[SlotOf(value)];
    while (bucket < edges_.size() && value > edges_[bucket]) {
      ++bucket;
    }
    ++counts_[bucket];
    sum_ += static_cast<double>(value);
    pending_ = true;
  }

  // What was added since the last time becomes visible to scrapes.
  void Publish();

 private:
  // Four slots for each power of two: values of one slot differ by less than a quarter.
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t SlotOf(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value < 0 ? 0 : value);
    const auto width = static_cast<std::size_t>(std::bit_width(bits));
    return width < 3 ? bits : 4 * width + ((bits >> (width - 3)) & 3U);
  }

  prometheus::Histogram& published_;
  std::vector<std::int64_t> edges_;
  double scale_;
  std::array<std::uint16_t, kSlots> first_{};  // the lowest bucket of any value of a slot
  std::vector<double> counts_;                 // by bucket, the last beyond all edges
  double sum_ = 0;
  bool pending_ = false;
};

}  // namespace batcher
