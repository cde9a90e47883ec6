#include "bench/sweep_cell.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "bench/drive_http.h"
#include "bench/evaluate.h"
#include "bench/run_facts.h"
#include "bench/simulate.h"
#include "bench/watchdog.h"
#include "results/lib/quantile.h"
#include "results/lib/replication_json.h"

namespace bench {
namespace {

using batcher::Result;
using Json = nlohmann::ordered_json;

// A run over HTTP, in numbers.
Result<std::optional<SweepCell>> RunHttp(const scenarios::Scenario& scenario,
                                         std::optional<batcher::Duration> price, SweepCell cell,
                                         const RunControl& control) {
  const Result<RunResult> run = DriveHttp(scenario, {}, control);
  if (!run) {
    return run.error();
  }
  if (run->interrupted) {
    return std::optional<SweepCell>();
  }
  cell.replication = ReplicationOf(scenario, *run, price);
  const results::Verdict verdict = Evaluate(scenario, "http", *run).report.verdict;
  if (verdict.status == results::VerdictStatus::kInvalid) {
    cell.invalid = verdict.reasons.empty() ? "no reason given" : verdict.reasons.front();
  }
  if (cell.invalid.empty() && run->longest_stall >= kStall) {
    cell.invalid = "the host stalled for " + batcher::FormatDuration(*run->longest_stall);
  }
  return std::optional(std::move(cell));
}

// The share of one of the replications in the batches that a p99 needs.
std::uint64_t BatchesWanted(const SweepPlan& plan) {
  const std::uint64_t needed = results::EvidenceNeeded(0.99);
  return (needed + plan.replications - 1) / plan.replications;
}

}  // namespace

Result<std::optional<SweepCell>> RunCell(const SweepPlan& plan, std::size_t point,
                                         std::uint64_t seed, const RunControl& control) {
  SweepCell cell{.point = point, .seed = seed};
  Result<scenarios::Scenario> scenario = ScenarioOf(plan, point, seed);
  if (!scenario) {
    return scenario.error();
  }
  if (plan.engine == "http") {
    return RunHttp(*scenario, plan.price, std::move(cell), control);
  }
  while (true) {
    Result<std::optional<SimulatedNumbers>> run =
        SimulateInNumbers(*scenario, control, nullptr, plan.price);
    if (!run) {
      return run.error();
    }
    if (!*run) {
      return std::optional<SweepCell>();
    }
    cell.replication = std::move((*run)->replication);
    if (!(*run)->violations.empty()) {
      cell.invalid = (*run)->violations.front();
      return std::optional(std::move(cell));
    }
    if (cell.replication.tally.answering_batches >= BatchesWanted(plan) ||
        cell.replication.saturated_at || !scenario->arrivals.Has("count") ||
        2 * cell.stretch > plan.max_stretch) {
      return std::optional(std::move(cell));
    }
    cell.stretch *= 2;
    scenario->arrivals.Set("count", scenario->arrivals.Number("count") * 2);
  }
}

std::string CellJson(const SweepCell& cell) {
  const Json json = {{"point", cell.point},
                     {"seed", cell.seed},
                     {"stretch", cell.stretch},
                     {"invalid", cell.invalid},
                     {"replication", Json::parse(results::ReplicationJson(cell.replication))}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<SweepCell> ParseCell(std::string_view line) {
  SweepCell cell;
  try {
    const Json json = Json::parse(line);
    json.at("point").get_to(cell.point);
    json.at("seed").get_to(cell.seed);
    json.at("stretch").get_to(cell.stretch);
    json.at("invalid").get_to(cell.invalid);
    auto replication = results::ParseReplication(json.at("replication").dump());
    if (!replication) {
      return replication.error();
    }
    cell.replication = *std::move(replication);
  } catch (const Json::exception&) {
    return batcher::Error{"is no run of a sweep"};
  }
  return cell;
}

}  // namespace bench
