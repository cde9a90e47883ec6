#include "results/lib/json_parts.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "results/lib/quantities.h"

namespace results {

using Json = nlohmann::ordered_json;

namespace {

// "latency.p99" in milliseconds -> {"latency_ms", "p99"}; "calls" -> {"calls", ""}.
std::pair<std::string, std::string> PathOf(const Quantity& quantity) {
  const std::size_t dot = quantity.name.find('.');
  std::string group = quantity.name.substr(0, dot);
  if (quantity.unit == QuantityUnit::kMilliseconds) {
    group += "_ms";
  }
  return {std::move(group), dot == std::string::npos ? "" : quantity.name.substr(dot + 1)};
}

Json ValueJson(const Quantity& quantity) {
  if (!quantity.value) {
    return nullptr;
  }
  if (quantity.unit == QuantityUnit::kCount) {
    return static_cast<std::uint64_t>(*quantity.value);
  }
  return *quantity.value;
}

Json TimesJson(const TimeStatistics& times) {
  Json json = {{"mean", batcher::ToMilliseconds(times.mean)}};
  for (const NamedQuantile& quantile : kQuantiles) {
    json[std::string(quantile.name)] = batcher::ToMilliseconds(times.*quantile.value);
  }
  json["max"] = batcher::ToMilliseconds(times.max);
  json["had"] = times.evidence;
  return json;
}

Json GroupJson(const FaultGroup& group) {
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < group.outcomes.size(); ++i) {
    outcomes[std::string(batcher::kOutcomeNames.at(i))] = group.outcomes.at(i);
  }
  return {{"batches", group.batches},
          {"calls", group.calls},
          {"retries", group.retries},
          {"polls", group.polls},
          {"extra_credits", group.extra_credits},
          {"outcomes", std::move(outcomes)},
          {"latency_ms", group.latency.count == 0 ? Json(nullptr) : TimesJson(group.latency)}};
}

}  // namespace

Json SummaryJson(const Summary& summary) {
  Json json = Json::object();
  for (const Quantity& quantity : Quantities(summary)) {
    const auto [group, member] = PathOf(quantity);
    if (member.empty()) {
      json[group] = ValueJson(quantity);
    } else if (quantity.value) {
      json[group][member] = ValueJson(quantity);
    } else if (!json.contains(group)) {
      json[group] = nullptr;  // the run has no such thing: no member has a value
    }
  }
  return json;
}

Json EvidenceJson(const Summary& summary) {
  Json json = Json::object();
  for (const Quantity& quantity : Quantities(summary)) {
    if (!quantity.evidence) {
      continue;
    }
    const auto [group, member] = PathOf(quantity);
    Json& entry = json[group];
    entry["had"] = quantity.evidence->had;
    entry["of"] = quantity.evidence->of;
    entry["needed"][member] = quantity.evidence->needed;
    if (!entry.contains("lacking")) {
      entry["lacking"] = Json::array();
    }
    if (!quantity.evidence->enough()) {
      entry["lacking"].push_back(member);
    }
  }
  return json;
}

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

Json RegretJson(const std::optional<Regret>& regret) {
  if (!regret) {
    return nullptr;
  }
  const auto batching = [](const Batching& one) -> Json {
    return {{"batches", one.batches}, {"waiting_ms", batcher::ToMilliseconds(one.waiting)}};
  };
  return {{"price_ms", batcher::ToMilliseconds(regret->price)},
          {"calls", regret->calls},
          {"run", batching(regret->run)},
          {"least", batching(regret->least)},
          {"ratio", regret->Ratio()}};
}

Json FaultsJson(const std::optional<FaultStory>& faults) {
  if (!faults) {
    return nullptr;
  }
  Json injected = Json::object();
  for (const auto& [kind, count] : faults->injected) {
    injected[kind] = count;
  }
  return {{"injected", std::move(injected)},
          {"hit", GroupJson(faults->hit)},
          {"others", GroupJson(faults->others)},
          {"credits_lost", faults->credits_lost}};
}

Json FindingsJson(const std::vector<Finding>& findings) {
  Json json = Json::array();
  for (const Finding& finding : findings) {
    json.push_back({{"name", finding.name}, {"sentence", finding.sentence}});
  }
  return json;
}

}  // namespace results
