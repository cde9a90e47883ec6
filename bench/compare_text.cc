#include "bench/compare_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

using nlohmann::ordered_json;
using results::ComparedPair;
using results::Interval;
using results::QuantityUnit;

std::string Value(const ComparedPair& pair, double value) {
  return pair.quantity.unit == QuantityUnit::kMilliseconds ? results::FormatMs(value)
                                                           : fmt::format("{:.4g}", value);
}

// "+4.8 % [+3.9, +5.7]", or in the quantity's unit where A is 0.
std::string Effect(const ComparedPair& pair) {
  if (pair.Same()) {
    return "same";
  }
  const auto relative = pair.Relative();
  const Interval shown = relative.value_or(pair.difference);
  const double scale = relative ? 100 : 1;
  return fmt::format("{:+.3g}{} [{:+.3g}, {:+.3g}]", scale * shown.estimate, relative ? " %" : "",
                     scale * shown.low, scale * shown.high);
}

std::string Headline(const CompareAnswer& answer) {
  const auto shown = std::ranges::count_if(answer.pairs, &ComparedPair::shown);
  if (answer.pairs.empty()) {
    return "NOTHING TO COMPARE: no quantity is known of both";
  }
  if (shown == 0) {
    return fmt::format("NO DIFFERENCE SHOWN in {} quantities", answer.pairs.size());
  }
  return fmt::format("DIFFERENT in {} of {} quantities", shown, answer.pairs.size());
}

}  // namespace

std::string VerdictOf(const ComparedPair& pair) {
  if (pair.Same()) {
    return "same";
  }
  if (!pair.shown) {
    return pair.difference.low > 0 || pair.difference.high < 0 ? "may be chance, among so many"
                                                               : "no difference shown";
  }
  const bool more = pair.difference.estimate > 0;
  return more == pair.quantity.more_is_worse ? "worse" : "better";
}

std::string_view NameOf(GateStatus status) {
  switch (status) {
    case GateStatus::kPassed:
      return "passed";
    case GateStatus::kLacksEvidence:
      return "lacks_evidence";
    case GateStatus::kFailed:
      return "failed";
  }
  return "";
}

std::string CompareText(const CompareAnswer& answer, results::TextStyle style) {
  std::string text =
      fmt::format("{}: A {}, B {}\n", Headline(answer), answer.a.folder, answer.b.folder);
  for (const std::string& warning : answer.warnings) {
    text += "Warning " + warning + "\n";
  }
  std::vector<results::Column> columns = {{"quantity", results::Align::kLeft},
                                          {"B against A, 95 %"},
                                          {"A"},
                                          {"B"},
                                          {"", results::Align::kLeft}};
  if (answer.a.is_sweep) {
    columns.insert(columns.begin(), {"point", results::Align::kLeft});
  }
  results::Table table(columns);
  std::string point;
  for (const ComparedPair& pair : answer.pairs) {
    std::vector<std::string> cells = {std::string(pair.quantity.name), Effect(pair),
                                      Value(pair, pair.a), Value(pair, pair.b),
                                      pair.Same() ? "" : VerdictOf(pair)};
    if (answer.a.is_sweep) {
      cells.insert(cells.begin(), pair.point == point ? "" : pair.point);
      point = pair.point;
    }
    table.AddRow(cells);
  }
  text += "\n" + table.Render(style) + "\n";
  for (const GateResult& gate : answer.gates) {
    text += "Demand  " + gate.line + "\n";
  }
  if (answer.a.is_sweep) {
    text +=
        "Runs of one seed had the same arrivals and are compared in pairs; others are "
        "independent.\n";
  }
  return text +
         "\"worse\" and \"better\" are shown among all rows together (Holm, 5 % of all comparisons "
         "of equal results show one).\n";
}

std::string CompareJson(const CompareAnswer& answer) {
  ordered_json pairs = ordered_json::array();
  for (const ComparedPair& pair : answer.pairs) {
    pairs.push_back(
        {{"point", pair.point.empty() ? ordered_json(nullptr) : ordered_json(pair.point)},
         {"quantity", pair.quantity.name},
         {"unit", pair.quantity.unit == QuantityUnit::kMilliseconds ? "ms" : "number"},
         {"a", pair.a},
         {"b", pair.b},
         {"difference", pair.difference.estimate},
         {"low", pair.difference.low},
         {"high", pair.difference.high},
         {"shown", pair.shown},
         {"verdict", VerdictOf(pair)}});
  }
  ordered_json gates = ordered_json::array();
  for (const GateResult& gate : answer.gates) {
    gates.push_back({{"status", NameOf(gate.status)}, {"line", gate.line}});
  }
  const ordered_json json = {{"schema", "batchlab.comparison/1"},
                             {"a", answer.a.folder},
                             {"b", answer.b.folder},
                             {"different", std::ranges::any_of(answer.pairs, &ComparedPair::shown)},
                             {"warnings", answer.warnings},
                             {"quantities", pairs},
                             {"demands", gates}};
  return json.dump(2) + "\n";
}

}  // namespace bench
