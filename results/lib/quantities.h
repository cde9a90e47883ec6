#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/lib/summary.h"

namespace results {

enum class QuantityUnit : std::uint8_t {
  kCount,         // a whole number
  kNumber,        // any number
  kMilliseconds,  // its group is called "..._ms" in run.json
};

// How much stands behind a quantile.
struct Evidence {
  std::uint64_t needed = 0;         // EvidenceNeeded of it
  std::uint64_t had = 0;            // independent observations of this run
  std::string_view of = "batches";  // what these are

  [[nodiscard]] bool enough() const { return had >= needed; }
};

// One number of a summary, under the name by which thresholds ask for it: "requests_saved",
// "latency.p99". It is that of run.json without the unit.
struct Quantity {
  std::string name = {};
  QuantityUnit unit = QuantityUnit::kCount;
  std::optional<double> value = {};  // none: this run has no such thing (no bursts, no answers)
  std::optional<Evidence> evidence = {};  // of quantiles over answers and bursts
};

// All quantities, in the order of run.json. The names are the same for every summary.
[[nodiscard]] std::vector<Quantity> Quantities(const Summary& summary);

// The quantity of that name, or none if there is no such name.
[[nodiscard]] std::optional<Quantity> FindQuantity(const Summary& summary, std::string_view name);

// Its value; times in milliseconds. None: no such name, or this run has no such thing.
[[nodiscard]] std::optional<double> ValueOf(const Summary& summary, std::string_view name);

// Whether thresholds may ask for it.
[[nodiscard]] bool IsQuantity(std::string_view name);

// "needs 460 batches, this run had 6".
[[nodiscard]] std::string LackSentence(const Evidence& evidence);

}  // namespace results
