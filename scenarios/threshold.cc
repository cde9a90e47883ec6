#include "scenarios/threshold.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "batcher/base/check.h"
#include "batcher/base/time.h"
#include "scenarios/number_text.h"

namespace scenarios {
namespace {

using batcher::Error;
using batcher::FieldUnit;
using batcher::Result;

struct Sign {
  std::string_view text;
  Comparison comparison;
};

// The longer first, since "<" begins "<=".
constexpr std::array<Sign, 4> kSigns = {{{"<=", Comparison::kAtMost},
                                         {">=", Comparison::kAtLeast},
                                         {"<", Comparison::kBelow},
                                         {">", Comparison::kAbove}}};

constexpr std::string_view kAllowed =
    "allowed: latency, wait or burst_completion with .mean .p50 .p90 .p99 .p999 .max; "
    "calls_per_batch with .mean .max; requests_saved, credits, batches, http_requests, polls, "
    "calls, "
    "lone_calls, errors";

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<Quantity> MakeQuantities() {
  std::vector<Quantity> all;
  for (const std::string base : {"latency", "wait", "burst_completion"}) {
    for (const std::string part : {".mean", ".p50", ".p90", ".p99", ".p999", ".max"}) {
      all.push_back({.name = base + part, .unit = FieldUnit::kDuration});
    }
  }
  for (const std::string name :
       {"calls_per_batch.mean", "calls_per_batch.max", "requests_saved", "credits", "batches",
        "http_requests", "polls", "calls", "lone_calls", "errors"}) {
    all.push_back({.name = name});
  }
  return all;
}

Result<double> ParseValue(const Quantity& quantity, std::string_view text) {
  if (quantity.unit == FieldUnit::kDuration) {
    const Result<batcher::Duration> duration = batcher::ParseDuration(text);
    if (!duration) {
      return duration.error();
    }
    return static_cast<double>(duration->count());
  }
  if (const std::optional<double> number = ParseNumber(text)) {
    return *number;
  }
  return Error{"\"" + std::string(text) + "\" is not a number, which " + quantity.name +
               " is compared with"};
}

const Sign& SignOf(Comparison comparison) {
  const auto* const found = std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& sign) {
    return sign.comparison == comparison;
  });
  CHECK(found != kSigns.end());
  return *found;
}

}  // namespace

const std::vector<Quantity>& Quantities() {
  static const std::vector<Quantity> quantities = MakeQuantities();
  return quantities;
}

const Quantity* FindQuantity(std::string_view name) {
  for (const Quantity& quantity : Quantities()) {
    if (quantity.name == name) {
      return &quantity;
    }
  }
  return nullptr;
}

Result<Threshold> ParseThreshold(std::string_view text) {
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos) {
    return Error{"found \"" + std::string(text) +
                 R"(", wanted a comparison such as "latency.p99 <= 300ms")"};
  }
  const auto* const sign = std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& s) {
    return text.substr(at).starts_with(s.text);
  });
  const std::string_view name = Trimmed(text.substr(0, at));
  const Quantity* const quantity = FindQuantity(name);
  if (quantity == nullptr) {
    return Error{"unknown quantity \"" + std::string(name) + "\"; " + std::string(kAllowed)};
  }
  const Result<double> value = ParseValue(*quantity, Trimmed(text.substr(at + sign->text.size())));
  if (!value) {
    return value.error();
  }
  return Threshold{.quantity = quantity->name, .comparison = sign->comparison, .value = *value};
}

std::string FormatThreshold(const Threshold& threshold) {
  const Quantity* const quantity = FindQuantity(threshold.quantity);
  CHECK(quantity != nullptr);
  const std::string value =
      quantity->unit == FieldUnit::kDuration
          ? batcher::FormatDuration(batcher::Duration(std::llround(threshold.value)))
          : FormatNumber(threshold.value);
  return threshold.quantity + " " + std::string(SignOf(threshold.comparison).text) + " " + value;
}

bool Holds(const Threshold& threshold, double measured) {
  switch (threshold.comparison) {
    case Comparison::kAtMost:
      return measured <= threshold.value;
    case Comparison::kAtLeast:
      return measured >= threshold.value;
    case Comparison::kBelow:
      return measured < threshold.value;
    case Comparison::kAbove:
      return measured > threshold.value;
  }
  UNREACHABLE("a comparison outside the enumeration");
}

}  // namespace scenarios
