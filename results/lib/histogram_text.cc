#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "results/lib/histogram.h"

namespace results {
namespace {

// Takes numbers and characters off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  bool Take(std::string_view expected) {
    if (!rest_.starts_with(expected)) {
      return false;
    }
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool Take(std::uint64_t& number) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) {
      return false;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

 private:
  std::string_view rest_;
};

batcher::Error Refuse(std::string_view why) {
  return batcher::Error{"a histogram's text " + std::string(why)};
}

}  // namespace

// The number of bits stands in front so that a text is never read into buckets of another width.
std::string Histogram::Encode() const {
  std::string text = "h" + std::to_string(kBits);
  for (const std::uint64_t number :
       {count_, sum_high_, sum_low_, static_cast<std::uint64_t>(max_.count())}) {
    text += ' ' + std::to_string(number);
  }
  std::size_t previous = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    if (buckets_[bucket] == 0) {
      continue;
    }
    text += ' ' + std::to_string(bucket - previous);
    if (buckets_[bucket] != 1) {
      text += ':' + std::to_string(buckets_[bucket]);
    }
    previous = bucket;
  }
  return text;
}

batcher::Result<Histogram> Histogram::Decode(std::string_view text) {
  Reader reader(text);
  const std::string format = "h" + std::to_string(kBits);
  if (!reader.Take(format)) {
    return Refuse("does not begin with \"" + format + "\"");
  }
  std::array<std::uint64_t, 4> head{};
  for (std::uint64_t& number : head) {
    if (!reader.Take(" ") || !reader.Take(number)) {
      return Refuse("lacks one of the four numbers behind \"" + format + "\"");
    }
  }
  if (head[3] > static_cast<std::uint64_t>(batcher::Duration::max().count())) {
    return Refuse("has a max of more than 292 years");
  }
  Histogram histogram;
  histogram.sum_high_ = head[1];
  histogram.sum_low_ = head[2];
  histogram.max_ = batcher::Duration(static_cast<std::int64_t>(head[3]));
  const std::size_t last_bucket = BucketOf(head[3]);
  std::size_t bucket = 0;
  while (!reader.done()) {
    std::uint64_t step = 0;
    std::uint64_t count = 1;
    if (!reader.Take(" ") || !reader.Take(step) || (reader.Take(":") && !reader.Take(count))) {
      return Refuse(R"(has a bucket that is not of the form "12" or "12:3")");
    }
    if (step > last_bucket - bucket || (step == 0 && histogram.count_ > 0)) {
      return Refuse("has a bucket out of order, or above its max");
    }
    if (count == 0 || count > head[0] - histogram.count_) {
      return Refuse("has a bucket of no values, or more values than it says");
    }
    bucket += static_cast<std::size_t>(step);
    histogram.buckets_.resize(bucket + 1);
    histogram.buckets_[bucket] = count;
    histogram.count_ += count;
  }
  if (histogram.count_ != head[0]) {
    return Refuse("has fewer values than it says");
  }
  if (!histogram.IsConsistent()) {
    return Refuse("has a sum or a max that its buckets cannot have");
  }
  return histogram;
}

bool Histogram::IsConsistent() const {
  if (count_ == 0) {
    return sum_high_ == 0 && sum_low_ == 0 && max_.count() == 0;
  }
  double least = 0;
  double most = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    const auto count = static_cast<double>(buckets_[bucket]);
    least += count * static_cast<double>(LowestOf(bucket));
    most += count * static_cast<double>(LowestOf(bucket) + (WidthOf(bucket) - 1));
  }
  // Wide enough for the rounding of these sums, far narrower than a bucket.
  constexpr double kRounding = 1e-9;
  const double sum = static_cast<double>(sum_high_) * 0x1p64 + static_cast<double>(sum_low_);
  return sum >= least * (1 - kRounding) && sum <= most * (1 + kRounding) &&
         buckets_.size() == BucketOf(static_cast<std::uint64_t>(max_.count())) + 1;
}

}  // namespace results
