#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/kinds.h"
#include "batcher/base/result.h"

namespace scenarios {

enum class Comparison : std::uint8_t { kAtMost, kAtLeast, kBelow, kAbove };  // <=, >=, <, >

// A demand on the result of a run: "latency.p99 <= 300ms", "requests_saved >= 0.9".
struct Threshold {
  std::string quantity;  // one of Quantities()
  Comparison comparison = Comparison::kAtMost;
  double value = 0;  // in nanoseconds if the quantity is a duration
};

// What a threshold may be about: a name of a run's summary, without its unit.
struct Quantity {
  std::string name;
  batcher::FieldUnit unit = batcher::FieldUnit::kNumber;  // kDuration or kNumber
};
const std::vector<Quantity>& Quantities();

// None if there is no such quantity.
const Quantity* FindQuantity(std::string_view name);

// Reads "quantity comparison value"; the value of a duration has a unit.
[[nodiscard]] batcher::Result<Threshold> ParseThreshold(std::string_view text);

// What ParseThreshold reads back to the same threshold.
std::string FormatThreshold(const Threshold& threshold);

// Whether `measured`, in the unit of the threshold's value, fulfils it.
[[nodiscard]] bool Holds(const Threshold& threshold, double measured);

}  // namespace scenarios
