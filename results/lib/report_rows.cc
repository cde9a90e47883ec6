#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "results/lib/distributions.h"
#include "results/lib/ledger_read.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// Calls by the time at which the schedule wanted them, in at most about 120 steps.
Json ArrivalsOf(const std::vector<batcher::CallRecord>& calls_of_run) {
  if (calls_of_run.empty()) {
    return nullptr;
  }
  std::vector<batcher::Instant> intended(calls_of_run.size());
  std::ranges::transform(calls_of_run, intended.begin(), &batcher::CallRecord::intended);
  const auto [first, last] = std::ranges::minmax(intended);
  const double seconds = std::max(batcher::ToSeconds(last - first), 1e-6);
  const double step = RoundStep(seconds / 120);
  std::vector<std::uint64_t> calls(static_cast<std::size_t>(seconds / step) + 1);
  for (const batcher::Instant at : intended) {
    const double place = batcher::ToSeconds(at - first) / step;
    ++calls[std::min(static_cast<std::size_t>(place), calls.size() - 1)];
  }
  return {{"step_s", step}, {"calls", calls}};
}

BatchSizes SizesOf(const std::vector<batcher::BatchRecord>& batches) {
  BatchSizes sizes;
  for (const batcher::BatchRecord& batch : batches) {
    ++sizes[static_cast<std::size_t>(batch.reason)][std::max<std::uint64_t>(batch.calls, 1)];
  }
  return sizes;
}

}  // namespace

void AddRows(const std::filesystem::path& folder, double batches, Json& point) {
  const batcher::Result<Ledger> ledger = ReadLedger(folder);
  if (!ledger) {
    return;
  }
  Histogram latency;
  for (const batcher::CallRecord& call : ledger->calls) {
    if (IsAnswered(call.outcome)) {
      latency.Add(Latency(call));
    }
  }
  point["curve"] = CurveJson(LatencyCurve(latency, batches));
  point["arrivals"] = ArrivalsOf(ledger->calls);
  if (Json json = SizesJson(SizesOf(ledger->batches)); !json.is_null()) {
    point["sizes"] = std::move(json);
  }
}

void AddDistributions(const std::filesystem::path& folder, Json& points) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(folder / "distributions.json", ignored)) {
    return;
  }
  const Json all = ReadJson(folder / "distributions.json");
  std::map<std::string, const Json*> by_label;
  for (const Json& one : all.at("points")) {
    by_label[Shortened(one.at("label").get<std::string>())] = &one;
  }
  for (Json& point : points) {
    const auto found = by_label.find(point.at("label").get<std::string>());
    for (const char* part : {"curve", "sizes"}) {
      if (found != by_label.end() && !found->second->at(part).is_null()) {
        point[part] = found->second->at(part);
      }
    }
  }
}

}  // namespace results
