#include "results/lib/summary_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "results/lib/quantities.h"

namespace results {
namespace {

// A row of the table: a quantity, and what it is called for people.
struct Row {
  std::string label;
  std::string quantity;
  bool always = false;  // also when it is 0 in all runs
};

constexpr std::string_view kSaved = "requests_saved";

// What a run that stands alone tells in the row of its HTTP requests: see RequestsText.
bool IsPartOfRequests(std::string_view quantity) {
  return quantity == "retries" || quantity == "polls";
}

std::vector<Row> Rows() {
  std::vector<Row> rows = {
      {"calls", "calls", true},
      {"HTTP requests", "http_requests", true},
      {"  of them retries", "retries"},
      {"  of them polls", "polls"},
      {"requests saved", std::string(kSaved), true},
      {"credits", "credits", true},
      {"batches", "batches", true},
      {"calls per batch, mean", "calls_per_batch.mean", true},
      {"calls per batch, max", "calls_per_batch.max", true},
      {"lone calls", "lone_calls"},
      {"saved by dedup", "dedup_saved"},
      {"latency mean", "latency.mean", true},
      {"latency p50", "latency.p50", true},
      {"latency p90", "latency.p90", true},
      {"latency p99", "latency.p99", true},
      {"latency max", "latency.max", true},
      {"wait p50", "wait.p50", true},
      {"wait p99", "wait.p99", true},
      {"burst completion p50", "burst_completion.p50"},
      {"burst completion max", "burst_completion.max"},
      {"incomplete bursts", "incomplete_bursts"},
  };
  for (const PartName& part : kParts) {
    std::string label = "  of the mean: " + std::string(part.name);
    std::ranges::replace(label, '_', ' ');
    rows.push_back({std::move(label), fmt::format("parts.{}", part.name)});
  }
  for (const std::string_view reason : batcher::kFlushReasonNames) {
    rows.push_back({fmt::format("flushed by {}", reason), fmt::format("flush_reasons.{}", reason)});
  }
  for (const std::string_view outcome : batcher::kOutcomeNames) {
    if (outcome != Name(batcher::Outcome::kValue)) {
      rows.push_back({fmt::format("calls {}", outcome), fmt::format("outcomes.{}", outcome)});
    }
  }
  return rows;
}

std::string ValueText(const Quantity& quantity) {
  if (!quantity.value) {
    return "-";
  }
  if (quantity.name == kSaved) {
    return FormatPercent(*quantity.value);
  }
  switch (quantity.unit) {
    case QuantityUnit::kCount:
      return FormatCount(static_cast<std::uint64_t>(*quantity.value));
    case QuantityUnit::kNumber:
      return FormatNumber(*quantity.value);
    case QuantityUnit::kMilliseconds:
      return FormatMs(*quantity.value);
  }
  return "-";
}

bool Lacks(const Quantity& quantity) {
  return quantity.value && quantity.evidence && !quantity.evidence->enough();
}

// "7 = 1 + 6 polls": how many of the HTTP requests were first attempts, retries and polls.
std::string RequestsText(const Summary& summary) {
  std::string text = FormatCount(summary.http_requests);
  if (summary.retries + summary.polls == 0) {
    return text;
  }
  text += " = " + FormatCount(summary.http_requests - summary.retries - summary.polls);
  if (summary.retries > 0) {
    text += fmt::format(" + {} {}", FormatCount(summary.retries),
                        summary.retries == 1 ? "retry" : "retries");
  }
  if (summary.polls > 0) {
    text +=
        fmt::format(" + {} {}", FormatCount(summary.polls), summary.polls == 1 ? "poll" : "polls");
  }
  return text;
}

std::string CellText(const Quantity& quantity, const Summary& summary, bool alone) {
  if (alone && quantity.name == "http_requests") {
    return RequestsText(summary);
  }
  if (!Lacks(quantity)) {
    return ValueText(quantity);
  }
  const Evidence& evidence = *quantity.evidence;
  return alone ? "-  " + LackSentence(evidence)
               : fmt::format("-  {} of {} {}", evidence.had, evidence.needed, evidence.of);
}

// What `b` has more than `a`: "+1.2 ms (+0.3 %)", "-12", "+0.4 points".
std::string DifferenceText(const Quantity& a, const Quantity& b) {
  if (!a.value || !b.value || Lacks(a) || Lacks(b)) {
    return "";
  }
  const double difference = *b.value - *a.value;
  if (difference == 0) {
    return "=";
  }
  if (a.name == kSaved) {
    return fmt::format("{:+.1f} points", difference * 100);
  }
  const std::string sign = difference > 0 ? "+" : "-";
  const double size = std::abs(difference);
  std::string text =
      sign + (a.unit == QuantityUnit::kMilliseconds ? FormatMs(size) : FormatNumber(size));
  if (*a.value != 0) {
    text += fmt::format(" ({:+.1f} %)", difference / std::abs(*a.value) * 100);
  }
  return text;
}

std::string Render(std::span<const LabelledSummary> runs, bool alone, TextStyle style) {
  const bool compares = runs.size() == 2;
  std::vector<Column> columns = {{"", Align::kLeft}};
  for (const LabelledSummary& run : runs) {
    columns.push_back({run.label, alone ? Align::kLeft : Align::kRight});
  }
  if (compares) {
    columns.push_back({"difference", Align::kRight});
  }
  Table table(std::move(columns));
  for (const Row& row : Rows()) {
    std::vector<std::string> cells = {row.label};
    std::vector<Quantity> quantities;
    for (const LabelledSummary& run : runs) {
      quantities.push_back(*FindQuantity(run.summary, row.quantity));
      cells.push_back(CellText(quantities.back(), run.summary, alone));
    }
    const bool any = std::ranges::any_of(
        quantities, [](const Quantity& quantity) { return quantity.value.value_or(0) != 0; });
    if ((!any && !row.always) || (alone && IsPartOfRequests(row.quantity))) {
      continue;
    }
    if (compares) {
      cells.push_back(DifferenceText(quantities[0], quantities[1]));
    }
    table.AddRow(std::move(cells));
  }
  return table.Render(style);
}

}  // namespace

std::string SummaryTable(const Summary& summary, TextStyle style) {
  const std::array<LabelledSummary, 1> runs = {{{.label = "", .summary = summary}}};
  return Render(runs, true, style);
}

std::string SummaryTable(std::span<const LabelledSummary> runs, TextStyle style) {
  return Render(runs, false, style);
}

}  // namespace results
