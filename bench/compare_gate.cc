#include "bench/compare_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "batcher/base/time.h"

namespace bench {
namespace {

using batcher::Error;
using batcher::Result;
using results::ComparedPair;
using results::ComparedQuantities;

std::string Names() {
  std::string names;
  for (const results::ComparedQuantity& quantity : ComparedQuantities()) {
    names += (names.empty() ? "" : ", ") + std::string(quantity.name);
  }
  return names;
}

// "5%", "3ms", "0.1": above 0.
bool ReadLimit(std::string_view text, results::QuantityUnit unit, Gate& gate) {
  gate.relative = text.ends_with('%');
  if (!gate.relative && unit == results::QuantityUnit::kMilliseconds) {
    const auto time = batcher::ParseDuration(std::string(text));
    gate.limit = time ? batcher::ToMilliseconds(*time) : 0;
    return gate.limit > 0;
  }
  if (gate.relative) {
    text.remove_suffix(1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), gate.limit);
  constexpr double kPercent = 0.01;
  gate.limit *= gate.relative ? kPercent : 1;
  return error == std::errc() && end == text.data() + text.size() && gate.limit > 0;
}

// By how much B is worse, in the unit of the limit; with the interval, of which `low` is the best
// case.
std::optional<results::Interval> WorseBy(const Gate& gate, const ComparedPair& pair) {
  std::optional<results::Interval> change =
      gate.relative ? pair.Relative() : std::optional(pair.difference);
  if (change && !pair.quantity.more_is_worse) {
    change = {.estimate = -change->estimate, .low = -change->high, .high = -change->low};
  }
  return change;
}

std::string Amount(const Gate& gate, double amount) {
  const bool time =
      ComparedQuantities()[gate.quantity].unit == results::QuantityUnit::kMilliseconds;
  return gate.relative ? fmt::format("{:+.1f} %", 100 * amount)
                       : fmt::format("{:+.3g}{}", amount, time ? " ms" : "");
}

GateResult CheckPair(const Gate& gate, const ComparedPair& pair) {
  const std::string where = pair.point.empty() ? "" : pair.point + ": ";
  const auto worse = WorseBy(gate, pair);
  if (!worse) {
    return {.status = GateStatus::kLacksEvidence,
            .line = fmt::format("{}{}   LACKS EVIDENCE: it was 0 in A", where, gate.text)};
  }
  const std::string change = fmt::format("{} [{}, {}]", Amount(gate, worse->estimate),
                                         Amount(gate, worse->low), Amount(gate, worse->high));
  if (worse->estimate < gate.limit) {
    return {.status = GateStatus::kPassed,
            .line = fmt::format("{}{}   passed: {}", where, gate.text, change)};
  }
  if (worse->low <= 0) {
    return {
        .status = GateStatus::kLacksEvidence,
        .line = fmt::format("{}{}   LACKS EVIDENCE: {} may be chance", where, gate.text, change)};
  }
  return {.status = GateStatus::kFailed,
          .line = fmt::format("{}{}   FAILED: {}", where, gate.text, change)};
}

}  // namespace

Result<Gate> ParseGate(std::string_view text) {
  constexpr std::string_view kWords = " worse by ";
  Gate gate{.text = std::string(text)};
  const std::size_t words = text.find(kWords);
  if (words == std::string_view::npos) {
    return Error{
        fmt::format(R"(--fail-if: found "{}", wanted such as "latency.p99 worse by 5%")", text)};
  }
  const auto& all = ComparedQuantities();
  const auto found =
      std::ranges::find(all, text.substr(0, words), &results::ComparedQuantity::name);
  if (found == all.end()) {
    return Error{
        fmt::format("--fail-if: found \"{}\", wanted one of {}", text.substr(0, words), Names())};
  }
  gate.quantity = static_cast<std::size_t>(found - all.begin());
  if (!ReadLimit(text.substr(words + kWords.size()), found->unit, gate)) {
    return Error{
        fmt::format("--fail-if: found \"{}\", wanted an amount above 0, such as 5%{}",
                    text.substr(words + kWords.size()),
                    found->unit == results::QuantityUnit::kMilliseconds ? " or 3ms" : " or 0.1")};
  }
  return gate;
}

GateResult Check(const Gate& gate, const std::vector<ComparedPair>& pairs) {
  GateResult worst{.status = GateStatus::kPassed, .line = {}};
  bool known = false;
  for (const ComparedPair& pair : pairs) {
    if (pair.quantity.name != ComparedQuantities()[gate.quantity].name) {
      continue;
    }
    GateResult result = CheckPair(gate, pair);
    if (!known || result.status > worst.status) {
      worst = std::move(result);
    }
    known = true;
  }
  if (known) {
    return worst;
  }
  return {.status = GateStatus::kLacksEvidence,
          .line = gate.text + "   LACKS EVIDENCE: one of the results does not know it"};
}

}  // namespace bench
