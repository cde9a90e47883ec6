#include "bench/calibrate_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/build_info.h"
#include "scenarios/dump.h"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const results::Interval& interval) {
  return {{"estimate", interval.estimate}, {"low", interval.low}, {"high", interval.high}};
}

Json SingleJson(const SingleFit& fit) {
  return {{"timings", fit.timings},
          {"median_ms", ToJson(fit.median_ms)},
          {"p99_ms", ToJson(fit.p99_ms)}};
}

Json BatchJson(const BatchFit& fit) {
  Json sizes = Json::array();
  for (const SizeFit& size : fit.sizes) {
    sizes.push_back({{"size", size.size},
                     {"timings", size.timings},
                     {"mean_ms", size.mean_ms},
                     {"error_ms", size.error_ms},
                     {"line_ms", size.line_ms}});
  }
  return {{"timings", fit.timings},
          {"base_ms", ToJson(fit.base_ms)},
          {"per_item_ms", ToJson(fit.per_item_ms)},
          {"jitter_cv", ToJson(fit.cv)},
          {"line_p_value", fit.line_p_value ? Json(*fit.line_p_value) : Json(nullptr)},
          {"sizes", std::move(sizes)}};
}

Json PlanJson(const CalibrateInput& input) {
  Json shapes = Json::array();
  for (const PlannedShape& planned : input.plan.shapes) {
    shapes.push_back({{"endpoint", planned.shape.batch ? "batch" : "single"},
                      {"size", planned.shape.size},
                      {"count", planned.count}});
  }
  return {{"credits", input.plan.credits},
          {"poll_ms", batcher::ToMilliseconds(input.poll_every)},
          {"shapes", std::move(shapes)}};
}

Json CostsJson(const MachineCosts& costs) {
  const auto ms = [](const std::optional<batcher::Duration>& cost) {
    return cost ? Json(batcher::ToMilliseconds(*cost)) : Json(nullptr);
  };
  return {{"per_request_ms", ms(costs.per_request)},
          {"per_item_ms", ms(costs.per_item)},
          {"timer_lag_ms", ms(costs.timer_lag)}};
}

}  // namespace

std::string CalibrateJson(const CalibrateInput& input, const CalibrateAnswer& answer) {
  constexpr int kSchema = 1;
  const auto& given_up = input.measured.given_up;
  const auto& width = answer.batches.width_ms;
  const Json json = {
      {"schema_version", kSchema},
      {"version", kVersion},
      {"engine", input.engine},
      {"target", input.target},
      {"seed", input.scenario.seed},
      {"interrupted", input.measured.interrupted},
      {"given_up", given_up ? Json(*given_up) : Json(nullptr)},
      {"plan", PlanJson(input)},
      {"probes", input.measured.probes.size()},
      {"answered", answer.answered},
      {"credits", answer.credits},
      {"took_s", batcher::ToSeconds(input.measured.took)},
      {"single", answer.single ? SingleJson(*answer.single) : Json(nullptr)},
      {"batch", answer.batch ? BatchJson(*answer.batch) : Json(nullptr)},
      {"batches_polled", answer.batches.polled},
      {"batches_at_once", answer.batches.at_once},
      {"done_at_first_poll", answer.batches.done_at_first_poll},
      {"poll_width_ms", width ? Json(*width) : Json(nullptr)},
      {"rtt_ms", answer.round_trip_ms ? ToJson(*answer.round_trip_ms) : Json(nullptr)},
      {"client_cost", CostsJson(input.machine)},
      {"not_told", answer.not_told},
      {"server",
       answer.calibrated ? scenarios::ToJson(*answer.calibrated)["server"] : Json(nullptr)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string SizesCsv(const CalibrateInput& input, const CalibrateAnswer& answer) {
  std::string text = "size,ms\n";
  for (std::size_t i = 0; i < answer.times.size(); ++i) {
    const SentProbe& probe = input.measured.probes[i];
    if (answer.times[i] && !probe.warm_up) {
      text += fmt::format("{},{:.6f}\n", probe.shape.size, MiddleMs(*answer.times[i]));
    }
  }
  return text;
}

std::string ProbesCsv(const CalibrateInput& input, const CalibrateAnswer& answer) {
  std::string text =
      "probe,warm_up,endpoint,size,outcome,requests,polls,credits,answered_at_once,sent_ns,"
      "replied_ns,ready_after_ns,ready_before_ns\n";
  for (std::size_t i = 0; i < answer.times.size(); ++i) {
    const SentProbe& probe = input.measured.probes[i];
    text += fmt::format("{},{},{},{},{},{}", i, probe.warm_up ? 1 : 0,
                        probe.shape.batch ? "batch" : "single", probe.shape.size,
                        batcher::Name(probe.outcome), probe.requests.size());
    if (const auto& time = answer.times[i]) {
      text += fmt::format(",{},{},{},{},{},{},{}\n", time->polls, probe.credits,
                          time->pending ? 0 : 1, time->sent.time_since_epoch().count(),
                          time->replied.time_since_epoch().count(), time->after.count(),
                          time->before.count());
    } else {
      text += fmt::format(",,{},,,,,\n", probe.credits);
    }
  }
  return text;
}

}  // namespace bench
