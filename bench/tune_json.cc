#include "bench/tune_json.h"

#include <nlohmann/json.hpp>

#include "bench/build_info.h"
#include "bench/tune_credits.h"
#include "bench/tune_emit.h"
#include "results/lib/json_parts.h"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json OrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json FiguresJson(const TuneFigures& figures) {
  constexpr std::array<const char*, 4> kStandings = {"holds", "lacks_evidence", "misses",
                                                     "saturated"};
  return {{"requests_saved", figures.saved},
          {"credits_per_call", figures.credits},
          {"latency_mean_ms", figures.latency_ms},
          {"latency_quantile_ms", OrNull(figures.quantile_ms)},
          {"wait_mean_ms", figures.wait_ms},
          {"linger_mean_ms", figures.linger_ms},
          {"demands", kStandings[static_cast<std::size_t>(figures.judged.standing)]},
          {"why", figures.judged.why.empty() ? Json(nullptr) : Json(figures.judged.why)}};
}

Json CandidateJson(const Candidate& candidate, const TuneKnobs& knobs) {
  if (!candidate.batches) {
    return {{"policy", "unbatched"},
            {"max_in_flight",
             candidate.max_in_flight ? Json(*candidate.max_in_flight) : Json(nullptr)}};
  }
  return {
      {"policy", "window"},
      {"window_ms", batcher::ToMilliseconds(candidate.window)},
      {"poll", PollLabel(knobs.polls[candidate.poll])},
      {"max_in_flight", candidate.max_in_flight ? Json(*candidate.max_in_flight) : Json(nullptr)},
      {"max_items", candidate.max_items},
      {"single_below", candidate.single_below}};
}

Json IntervalJson(const std::optional<results::Interval>& interval) {
  return interval ? Json({interval->low, interval->high}) : Json(nullptr);
}

Json EdgeJson(const std::optional<TuneEdge>& edge) {
  return edge ? Json({{"timer_low_ms", batcher::ToMilliseconds(edge->timer.low)},
                      {"timer_high_ms", batcher::ToMilliseconds(edge->timer.high)},
                      {"timer_share", edge->timer.share},
                      {"window_ms", batcher::ToMilliseconds(edge->window)},
                      {"requests_saved", edge->figures.saved}})
              : Json(nullptr);
}

Json CreditsJson(const std::optional<TuneCredits>& credits) {
  if (!credits) {
    return nullptr;
  }
  const auto count = [](const std::optional<std::uint64_t>& value) {
    return value ? Json(*value) : Json(nullptr);
  };
  return {{"per_call", credits->per_call},
          {"per_call_without_batches", credits->per_call_without},
          {"quota", count(credits->quota)},
          {"calls", count(credits->calls)},
          {"calls_without_batches", count(credits->calls_without)}};
}

}  // namespace

std::string TuneJson(const TuneInput& input, const TuneAnswer& answer) {
  constexpr std::array<const char*, 4> kGoals = {"requests", "latency", "credits", "price"};
  Json json = {{"schema", kSchema},
               {"version", kVersion},
               {"goal", kGoals[static_cast<std::size_t>(answer.goal.kind)]},
               {"quantile", answer.quantity}};
  for (const scenarios::Threshold& threshold : answer.slo) {
    json["slo"].push_back(scenarios::FormatThreshold(threshold));
  }
  for (const auto& [name, words] : input.headings) {
    json["read"].push_back({{"name", name}, {"words", words}});
  }
  json["warnings"] = input.warnings;
  json["misleads"] = input.misleads ? Json(*input.misleads) : Json(nullptr);
  json["do_not_batch"] = answer.do_not_batch ? Json(*answer.do_not_batch) : Json(nullptr);
  json["choice"] = CandidateJson(answer.choice.best, input.knobs);
  json["paste"] =
      Json::parse(ScenarioFields(answer.choice.best, input.knobs, input.scenario.server));
  json["flat_ms"] = {batcher::ToMilliseconds(answer.choice.flat_from),
                     batcher::ToMilliseconds(answer.choice.flat_to)};
  json["fragile"] = answer.choice.fragile;
  json["out_of_time"] = answer.choice.out_of_time;
  json["chosen"] = FiguresJson(answer.chosen);
  json["checked"] = FiguresJson(answer.checked);
  json["held"] = answer.held;
  json["credits"] = CreditsJson(CreditsOf(input, answer));
  json["break_even"] = input.break_even ? Json(*input.break_even) : Json(nullptr);
  json["requests_saved_95"] = IntervalJson(answer.saved_interval);
  json["latency_quantile_ms_95"] = IntervalJson(answer.quantile_interval);
  const auto& stretch = answer.look.stretch;
  json["block_ms"] = stretch ? Json(batcher::ToMilliseconds(stretch->block)) : Json(nullptr);
  for (const TuneRow& row : answer.rows) {
    json["rows"].push_back({{"label", row.label},
                            {"setting", CandidateJson(row.candidate, input.knobs)},
                            {"figures", FiguresJson(row.figures)},
                            {"summary", results::SummaryJson(row.summary)},
                            {"evidence", results::EvidenceJson(row.summary)}});
  }
  json["steps"] = Json::array();
  for (const TuneStep& step : answer.steps) {
    json["steps"].push_back({{"what", step.what}, {"figures", FiguresJson(step.figures)}});
  }
  json["scaled"] = Json::array();
  for (const TuneScaled& scaled : answer.scaled) {
    json["scaled"].push_back({{"factor", scaled.factor},
                              {"how", scaled.how == MoreTraffic::kFaster ? "faster" : "copies"},
                              {"figures", FiguresJson(scaled.figures)}});
  }
  json["edge"] = EdgeJson(answer.edge);
  json["waiting"] = results::WaitingJson(answer.look.waiting);
  json["regret"] = results::RegretJson(answer.look.regret);
  json["findings"] = results::FindingsJson(answer.look.findings);
  json["largest_batch"] = answer.look.largest_batch;
  json["simulated_runs"] = answer.runs;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string TuneDistributionsJson(const TuneAnswer& answer) {
  Json points = Json::array();
  for (const TuneRow& row : answer.rows) {
    points.push_back(results::DistributionsOfPoint(row.label, row.curve, row.sizes));
  }
  return results::DistributionsText(points);
}

}  // namespace bench
