#include "bench/sweep_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "batcher/base/random.h"
#include "bench/sweep_regret.h"
#include "results/lib/fingerprint.h"
#include "results/lib/run_files.h"
#include "results/lib/run_json.h"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;
using results::Quantity;
using results::QuantityUnit;

// "latency.p99" -> "latency_p99_ns".
std::string ColumnOf(const Quantity& quantity) {
  std::string name = quantity.name;
  std::ranges::replace(name, '.', '_');
  return quantity.unit == QuantityUnit::kMilliseconds ? name + "_ns" : name;
}

// Whole nanoseconds for times; the shortest text of other numbers. Empty if there is none.
std::string FieldOf(const Quantity& quantity) {
  if (!quantity.value) {
    return {};
  }
  if (quantity.unit == QuantityUnit::kMilliseconds) {
    return std::to_string(std::llround(*quantity.value * 1e6));
  }
  return quantity.unit == QuantityUnit::kCount
             ? std::to_string(static_cast<std::uint64_t>(*quantity.value))
             : fmt::format("{}", *quantity.value);
}

template <class Number>
std::string FieldOf(const std::optional<Number>& number) {
  return number ? fmt::format("{}", *number) : "";
}

// Labels of several axes have commas, which end a field.
std::string LabelField(std::string label) {
  std::ranges::replace(label, ',', ';');
  return label;
}

Json IntervalJson(const std::optional<results::Interval>& interval) {
  if (!interval) {
    return nullptr;
  }
  return {{"low", interval->low}, {"high", interval->high}};
}

Json QuantityJson(const PointQuantity& quantity) {
  Json json = {{"value", *quantity.pooled.value}};
  if (quantity.interval) {
    json["interval95"] = IntervalJson(quantity.interval);
  }
  if (quantity.atom) {
    json["atom"] = {
        {"value", quantity.atom->value},
        {"share", quantity.atom->share},
        {"next_step", quantity.atom->next_step ? Json(*quantity.atom->next_step) : Json(nullptr)}};
  }
  if (quantity.pooled.evidence) {
    json["evidence"] = {{"had", quantity.pooled.evidence->had},
                        {"needed", quantity.pooled.evidence->needed},
                        {"of", quantity.pooled.evidence->of}};
  }
  if (quantity.over_best) {
    json["over_best"] = {{"value", quantity.over_best->estimate},
                         {"low", quantity.over_best->low},
                         {"high", quantity.over_best->high}};
  }
  return json;
}

Json EstimateJson(const Estimate& estimate) {
  Json json = {{"value", estimate.value}};
  if (estimate.interval) {
    json["interval95"] = IntervalJson(estimate.interval);
  }
  return json;
}

Json RegretJson(const PointRegret& regret) {
  const auto batching = [](const BatchingPerCall& one) -> Json {
    return {{"cost_per_call_ms", EstimateJson(one.cost_ms)},
            {"batches_per_call", one.batches},
            {"waiting_per_call_ms", one.waiting_ms}};
  };
  return {{"ratio", EstimateJson(regret.ratio)},
          {"run", batching(regret.run)},
          {"least", batching(regret.least)},
          {"fewest_batches_per_call",
           regret.fewest_batches ? Json(*regret.fewest_batches) : Json(nullptr)}};
}

Json PointJson(const PointResult& point) {
  Json json = {
      {"label", point.point.label},
      {"overrides", point.point.overrides},
      {"baseline", point.point.baseline},
      {"calls_per_second_offered", *point.offered},
      {"calls_per_second_possible", point.saturated_at ? Json(*point.saturated_at) : Json(nullptr)},
      {"invalid", point.invalid.empty() ? Json(nullptr) : Json(point.invalid)},
      {"stretch", point.stretch},
      {"warm_up_calls", point.warm_up_calls},
      {"worst_minute_p99_ms", point.worst_minute_p99
                                  ? Json(batcher::ToMilliseconds(*point.worst_minute_p99))
                                  : Json(nullptr)}};
  Json slo = Json::array();
  for (const SloResult& result : point.slo) {
    slo.push_back(result.line);
  }
  json["slo"] = std::move(slo);
  if (point.regret) {
    json["regret"] = RegretJson(*point.regret);
  }
  for (const PointQuantity& quantity : point.quantities) {
    if (quantity.pooled.value) {
      const bool time = quantity.pooled.unit == QuantityUnit::kMilliseconds;
      json["quantities"][quantity.pooled.name + (time ? "_ms" : "")] = QuantityJson(quantity);
    }
  }
  return json;
}

Json LabelJson(const SweepResult& sweep, std::optional<std::size_t> point) {
  return point ? Json(sweep.points[*point].point.label) : Json(nullptr);
}

Json PoliciesJson(const SweepResult& sweep) {
  Json json = Json::array();
  for (const PolicyChoice& choice : sweep.policies) {
    json.push_back({{"policy", choice.policy},
                    {"usual", LabelJson(sweep, choice.usual)},
                    {"best", LabelJson(sweep, choice.best)},
                    {"tried", choice.tried}});
  }
  return json;
}

Json BoundJson(const std::optional<SweepBound>& bound) {
  if (!bound) {
    return nullptr;
  }
  Json steps = Json::array();
  for (const results::BatchesForWait& step : bound->steps) {
    steps.push_back({{"wait_ms", batcher::ToMilliseconds(step.wait)},
                     {"batches_per_call", step.batches / static_cast<double>(bound->calls)}});
  }
  return {{"quantile", bound->quantile}, {"calls", bound->calls}, {"steps", std::move(steps)}};
}

}  // namespace

std::string SweepJson(const SweepPlan& plan, const SweepResult& sweep) {
  Json points = Json::array();
  for (const std::size_t row : sweep.rows) {
    points.push_back(PointJson(sweep.points[row]));
  }
  Json json = {{"schema_version", results::kSchemaVersion},
               {"engine", plan.engine},
               {"swept", plan.title},
               {"first_seed", plan.first_seed},
               {"replications", plan.replications},
               {"best_inside_slo", LabelJson(sweep, sweep.best)},
               {"lowest_p99", LabelJson(sweep, sweep.lowest_p99)}};
  if (sweep.price) {
    json["price_ms"] = batcher::ToMilliseconds(*sweep.price);
    json["cheapest"] = LabelJson(sweep, sweep.cheapest);
  }
  if (!sweep.policies.empty()) {
    json["choosing_runs"] = plan.choosing_runs;
    json["policies"] = PoliciesJson(sweep);
  }
  json["bound"] = BoundJson(sweep.bound);
  json["fingerprint"] = SweepFingerprint(SweepCsv(sweep));
  json["points"] = std::move(points);
  json["scenario"] = Json::parse(plan.scenario_json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string SweepCsv(const SweepResult& sweep) {
  std::string text =
      "point,label,seed,stretch,warm_up_calls,offered_rate,saturated_at,worst_minute_p99_ns";
  for (const Quantity& quantity : results::Quantities({})) {
    text += "," + ColumnOf(quantity);
  }
  text += sweep.price ? kRegretHeader : "";
  text += "\n";
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    const PointResult& point = sweep.points[i];
    for (const PointRun& run : point.runs) {
      const auto worst =
          run.worst_minute_p99 ? std::optional(run.worst_minute_p99->count()) : std::nullopt;
      text += fmt::format("{},{},{},{},{},{},{},{}", i, LabelField(point.point.label), run.seed,
                          run.stretch, run.warm_up_calls, run.offered_rate,
                          FieldOf(run.saturated_at), FieldOf(worst));
      for (const Quantity& quantity : results::Quantities(run.summary)) {
        text += "," + FieldOf(quantity);
      }
      text += sweep.price ? RegretFields(run.bounds) : "";
      text += "\n";
    }
  }
  return text;
}

std::string DistributionsJson(const SweepResult& sweep) {
  Json points = Json::array();
  for (const PointResult& point : sweep.points) {
    points.push_back(results::DistributionsOfPoint(point.point.label, point.curve, point.sizes));
  }
  return results::DistributionsText(points);
}

std::string SweepFingerprint(const std::string& csv) {
  return results::FormatFingerprint(batcher::Mix(batcher::HashBytes(csv)));
}

std::optional<batcher::Error> WriteSweep(const std::filesystem::path& folder, const SweepPlan& plan,
                                         const SweepResult& sweep) {
  if (auto error = results::WriteFileAtOnce(folder / "sweep.csv", SweepCsv(sweep))) {
    return error;
  }
  if (auto error =
          results::WriteFileAtOnce(folder / "distributions.json", DistributionsJson(sweep))) {
    return error;
  }
  return results::WriteFileAtOnce(folder / "sweep.json", SweepJson(plan, sweep));
}

}  // namespace bench
