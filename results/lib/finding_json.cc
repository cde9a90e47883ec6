#include "results/lib/finding_json.h"

#include <nlohmann/json.hpp>

namespace results {

using Json = nlohmann::ordered_json;

Json WaitingJson(const std::optional<Waiting>& waiting) {
  if (!waiting) {
    return nullptr;
  }
  Json steps = Json::array();
  for (const ValueOfWaiting::Step& step : waiting->value.steps) {
    steps.push_back(
        {{"window_ms", batcher::ToMilliseconds(step.window)}, {"batches", step.batches}});
  }
  return {{"mean_linger_ms", batcher::ToMilliseconds(waiting->mean_linger)},
          {"longest_linger_ms", batcher::ToMilliseconds(waiting->longest_linger)},
          {"calls", waiting->calls},
          {"batches_without", waiting->batches_without},
          {"batches", waiting->batches},
          {"most_of_it_ms", batcher::ToMilliseconds(waiting->value.most_of_it)},
          {"share", waiting->value.share},
          {"steps", std::move(steps)}};
}

Json FindingsJson(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) {
    json.push_back({{"name", finding.name}, {"sentence", finding.sentence}});
  }
  return json;
}

}  // namespace results
