#include "bench/soak_json.h"

#include <nlohmann/json.hpp>

#include "bench/build_info.h"
#include "results/lib/json_parts.h"
#include "scenarios/dump.h"

namespace bench {

using Json = nlohmann::ordered_json;

std::string SoakJson(const SoakPlan& plan, const SoakResult& result) {
  constexpr int kSchema = 1;
  Json windows = Json::array();
  for (const SoakWindow& window : result.windows) {
    windows.push_back(
        {{"window_ms",
          plan.windows.empty() ? Json(nullptr) : Json(batcher::ToMilliseconds(window.window))},
         {"in_force_s", batcher::ToSeconds(window.in_force)},
         {"summary", results::SummaryJson(window.summary)},
         {"evidence", results::EvidenceJson(window.summary)}});
  }
  const Json json = {{"schema", kSchema},
                     {"version", kVersion},
                     {"engine", "http"},
                     {"interrupted", result.interrupted},
                     {"lasted_s", batcher::ToSeconds(result.lasted)},
                     {"flat", IsFlat(result)},
                     {"resident_early_bytes", result.resident_early},
                     {"resident_late_bytes", result.resident_late},
                     {"calls_made", result.audit.made},
                     {"one_outcome_each", result.audit.one_outcome_each()},
                     {"answered_twice", result.audit.answered_twice},
                     {"unanswered", result.audit.unanswered},
                     {"most_unanswered", result.audit.most_unanswered},
                     {"most_queued", result.most_queued},
                     {"windows", std::move(windows)},
                     {"summary", results::SummaryJson(result.all)},
                     {"scenario", Json::parse(scenarios::DumpScenario(plan.scenario))}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace bench
