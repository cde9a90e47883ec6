#include "bench/calibrate_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/dump.h"

namespace bench {
namespace {

using results::FormatCount;
using results::FormatMs;
using results::FormatNumber;
using results::Table;

std::string Verdict(const CalibrateInput& input, const CalibrateAnswer& answer) {
  const ServiceMeasurement& measured = input.measured;
  const std::size_t probes = measured.planned > 0 ? measured.planned - 1 : 0;  // less the warm-up
  std::string text = measured.interrupted ? "INTERRUPTED, " : measured.given_up ? "GIVEN UP, " : "";
  text += !answer.calibrated ? "TOO FEW ANSWERS" : IsBent(answer) ? "NOT A LINE" : "MEASURED";
  text += fmt::format(": {} of {} probes of {} answered in {}, {} credits\n",
                      FormatCount(answer.answered), FormatCount(probes), input.target,
                      FormatMs(measured.took), FormatNumber(answer.credits));
  if (!answer.calibrated) {
    text +=
        "Wanted 3 single calls and 3 batches of two or more sizes; nothing is concluded from "
        "less.\n";
  }
  return text;
}

// A digit more than elsewhere: intervals are narrow.
std::string Precise(double ms) { return fmt::format("{:.4g} ms", ms); }

void AddCost(Table& table, const std::string& name, const std::optional<batcher::Duration>& cost) {
  table.AddRow({name, cost ? FormatMs(*cost) : "-", cost ? "of this machine" : ""});
}

std::string Quantities(const CalibrateInput& input, const CalibrateAnswer& answer,
                       results::TextStyle style) {
  Table table({{"quantity", results::Align::kLeft}, {"estimate"}, {"95 %", results::Align::kLeft}});
  const auto add = [&](const std::string& name, const results::Interval& interval) {
    table.AddRow({name, Precise(interval.estimate),
                  Precise(interval.low) + " to " + Precise(interval.high)});
  };
  if (answer.single) {
    add("single median", answer.single->median_ms);
    add("single p99", answer.single->p99_ms);
  }
  if (answer.batch) {
    const results::Interval& cv = answer.batch->cv;
    add("batch base", answer.batch->base_ms);
    add("batch per_item", answer.batch->per_item_ms);
    table.AddRow({"batch jitter cv", fmt::format("{:.3f}", cv.estimate),
                  fmt::format("{:.3f} to {:.3f}", cv.low, cv.high)});
  }
  const BatchAnswers& batches = answer.batches;
  if (batches.polled + batches.at_once > 0) {
    table.AddRow({"batch mode", batches.polled > 0 ? "pending" : "immediate", ""});
  }
  if (answer.round_trip_ms) {
    add("client.rtt", *answer.round_trip_ms);
  }
  AddCost(table, "client.cost.per_request", input.machine.per_request);
  AddCost(table, "client.cost.per_item", input.machine.per_item);
  return table.Render(style);
}

std::string Sizes(const BatchFit& fit, results::TextStyle style) {
  Table table({{"size"}, {"timings"}, {"mean"}, {"line"}});
  for (const SizeFit& size : fit.sizes) {
    table.AddRow({FormatCount(size.size), FormatCount(size.timings), Precise(size.mean_ms),
                  Precise(size.line_ms)});
  }
  return table.Render(style);
}

// Without the fields that a kind leaves out.
nlohmann::ordered_json Plain(const nlohmann::ordered_json& json) {
  if (!json.is_object()) {
    return json;
  }
  nlohmann::ordered_json plain;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_null() || !json.contains("kind")) {
      plain[key] = Plain(value);
    }
  }
  return plain;
}

}  // namespace

std::string CalibratePlanText(const CalibrateInput& input) {
  std::string batches;
  for (std::size_t i = 1; i < input.plan.shapes.size(); ++i) {
    const PlannedShape& planned = input.plan.shapes[i];
    batches += fmt::format("{}{} of {}", i > 1 ? ", " : "", planned.count,
                           FormatCount(planned.shape.size));
  }
  const batcher::Duration time = ExpectedTime(input.plan, input.scenario.server, input.poll_every);
  return fmt::format(
      "Plan    {} single calls, the first to warm up, and batches: {} addresses; one at a time\n"
      "        {} credits, about {} if it is as fast as the server of scenario {}\n",
      input.plan.shapes.front().count + 1, batches, FormatNumber(input.plan.credits),
      FormatMs(time), input.scenario.name);
}

std::string CalibrateText(const CalibrateInput& input, const CalibrateAnswer& answer,
                          results::TextStyle style) {
  std::string text = Verdict(input, answer) + "\n" + Quantities(input, answer, style);
  if (answer.batch) {
    text += "\n" + Sizes(*answer.batch, style);
  }
  text += "\nNot told\n";
  for (const std::string& sentence : answer.not_told) {
    text += "  " + sentence + "\n";
  }
  if (answer.calibrated) {
    text += fmt::format("\nPaste   \"server\": {}\n",
                        Plain(scenarios::ToJson(*answer.calibrated)["server"]).dump());
  }
  return text;
}

}  // namespace bench
