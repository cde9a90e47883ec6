#include "bench/verify_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/build_info.h"
#include "scenarios/json_value.h"

namespace bench {
namespace {

using nlohmann::ordered_json;

std::string_view Word(VerifyVerdict verdict) {
  switch (verdict) {
    case VerifyVerdict::kAgrees:
      return "agrees";
    case VerifyVerdict::kTooNoisy:
      return "too noisy";
    case VerifyVerdict::kDiffers:
      return "DIFFERS";
  }
  return "";
}

std::string_view UnitWord(PredictedUnit unit) {
  switch (unit) {
    case PredictedUnit::kSeconds:
      return "seconds";
    case PredictedUnit::kNumber:
      return "number";
    case PredictedUnit::kShare:
      return "share";
  }
  return "";
}

// As many digits as its error leaves, and one more.
std::string Shown(double value, double error, PredictedUnit unit) {
  const double scale = unit == PredictedUnit::kSeconds ? 1e3 : 1;
  const double smallest = std::max(error, 1e-6 * std::abs(value)) * scale;
  const int digits =
      smallest > 0 ? std::clamp(static_cast<int>(std::ceil(-std::log10(smallest))) + 1, 0, 9) : 6;
  return fmt::format("{:.{}f}{}", value * scale, digits,
                     unit == PredictedUnit::kSeconds ? " ms" : "");
}

struct Tally {
  std::size_t quantities = 0;
  std::size_t agree = 0;
  std::uint64_t calls = 0;
  double largest_z = 0;
  std::string largest = {};  // which quantity has it
};

Tally TallyOf(const std::vector<VerifiedCase>& cases) {
  Tally tally;
  for (const VerifiedCase& verified : cases) {
    tally.calls += verified.calls;
    for (const VerifiedQuantity& quantity : verified.quantities) {
      ++tally.quantities;
      tally.agree += quantity.verdict != VerifyVerdict::kDiffers ? 1 : 0;
      if (std::abs(quantity.agreement.z) >= std::abs(tally.largest_z)) {
        tally.largest_z = quantity.agreement.z;
        tally.largest = fmt::format("{}, {}", verified.name, quantity.quantity);
      }
    }
  }
  return tally;
}

std::string Verdict(VerifyVerdict verdict, const Tally& tally, std::size_t cases) {
  const std::string of = fmt::format("{} of {} quantities in {} {}", tally.agree, tally.quantities,
                                     cases, cases == 1 ? "case" : "cases");
  switch (verdict) {
    case VerifyVerdict::kAgrees:
      return fmt::format("VERIFIED: {} agree with what is exact, within {} standard errors", of,
                         kLargestZ);
    case VerifyVerdict::kTooNoisy:
      return fmt::format(
          "TOO NOISY: {} agree, but some so roughly that a fault of 2 % might pass; --calls adds "
          "calls",
          of);
    case VerifyVerdict::kDiffers:
      return fmt::format("DIFFERS: {} agree with what is exact, the others do not", of);
  }
  return "";
}

ordered_json NumbersOf(const VerifiedCase& verified,
                       const std::vector<batcher::FieldSpec>& fields) {
  ordered_json numbers;
  for (const batcher::FieldSpec& field : fields) {
    numbers[std::string(field.name)] =
        scenarios::WriteNumber(field, verified.numbers.Number(field.name));
  }
  return numbers;
}

}  // namespace

VerifyVerdict VerdictOf(const std::vector<VerifiedCase>& cases) {
  VerifyVerdict worst = VerifyVerdict::kAgrees;
  for (const VerifiedCase& verified : cases) {
    worst = std::max(worst, verified.verdict());
  }
  return worst;
}

std::string VerifyText(const std::vector<VerifiedCase>& cases, results::TextStyle style) {
  results::Table table({{"case", results::Align::kLeft},
                        {"quantity", results::Align::kLeft},
                        {"exact"},
                        {"simulated"},
                        {"standard error"},
                        {"z"},
                        {"verdict", results::Align::kLeft}});
  std::string violations;
  for (const VerifiedCase& verified : cases) {
    std::string_view name = verified.name;
    for (const VerifiedQuantity& quantity : verified.quantities) {
      const results::Agreement& agreement = quantity.agreement;
      table.AddRow({std::string(name), quantity.quantity,
                    Shown(quantity.exact, agreement.error, quantity.unit),
                    Shown(agreement.simulated, agreement.error, quantity.unit),
                    Shown(agreement.error, agreement.error, quantity.unit),
                    fmt::format("{:+.2f}", agreement.z), std::string(Word(quantity.verdict))});
      name = "";
    }
    for (const std::string& violation : verified.violations) {
      violations += fmt::format("{}: {}\n", verified.name, violation);
    }
  }
  const Tally tally = TallyOf(cases);
  return fmt::format(
      "{}\n\n{}{}\n"
      "The largest z is {:+.2f} ({}). If all is right, one of {} is beyond {} in at most {:.2g} % "
      "of all seeds.\n",
      Verdict(VerdictOf(cases), tally, cases.size()), table.Render(style), violations,
      tally.largest_z, tally.largest, tally.quantities, kLargestZ,
      100 * results::ChanceOfAny(tally.quantities, kLargestZ));
}

std::string VerifyJson(const std::vector<VerifiedCase>& cases, const VerifySize& size) {
  const Tally tally = TallyOf(cases);
  ordered_json all = ordered_json::array();
  for (const VerifiedCase& verified : cases) {
    ordered_json quantities = ordered_json::array();
    for (const VerifiedQuantity& quantity : verified.quantities) {
      const results::Agreement& agreement = quantity.agreement;
      quantities.push_back({{"quantity", quantity.quantity},
                            {"unit", UnitWord(quantity.unit)},
                            {"exact", quantity.exact},
                            {"simulated", agreement.simulated},
                            {"standard_error", agreement.error},
                            {"z", agreement.z},
                            {"verdict", Word(quantity.verdict)}});
    }
    all.push_back({{"case", verified.name},
                   {"numbers", NumbersOf(verified, FindVerifyCase(verified.name)->spec.fields)},
                   {"calls", verified.calls},
                   {"verdict", Word(verified.verdict())},
                   {"quantities", quantities},
                   {"violations", verified.violations}});
  }
  const ordered_json json = {
      {"schema", "batchlab.verify/1"},
      {"verdict", Word(VerdictOf(cases))},
      {"largest_z", tally.largest_z},
      {"chance_of_any_beyond_4", results::ChanceOfAny(tally.quantities, kLargestZ)},
      {"replications", size.replications},
      {"seed", size.first_seed},
      {"commit", kCommit},
      {"cases", all}};
  return json.dump(2) + "\n";
}

}  // namespace bench
