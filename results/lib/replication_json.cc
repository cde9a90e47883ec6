#include "results/lib/replication_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace results {
namespace {

using Json = nlohmann::ordered_json;

struct NamedHistogram {
  const char* name;
  Histogram Tally::*histogram;
};
constexpr std::array<NamedHistogram, 5> kHistograms = {{
    {"latency", &Tally::latency},
    {"wait", &Tally::wait},
    {"generator_lateness", &Tally::generator_lateness},
    {"timer_lag", &Tally::timer_lag},
    {"burst_completion", &Tally::burst_completion},
}};

Json CountsJson(const Summary& counts) {
  Json json = Json::object();
  for (const NamedCount& named : kCounts) {
    json[named.name] = counts.*named.count;
  }
  json["credits"] = counts.credits;
  json["calls_per_batch_max"] = counts.calls_per_batch_max;
  json["outcomes"] = counts.outcomes;
  json["flush_reasons"] = counts.flush_reasons;
  return json;
}

void ReadCounts(const Json& json, Summary& counts) {
  for (const NamedCount& named : kCounts) {
    json.at(named.name).get_to(counts.*named.count);
  }
  json.at("credits").get_to(counts.credits);
  json.at("calls_per_batch_max").get_to(counts.calls_per_batch_max);
  json.at("outcomes").get_to(counts.outcomes);
  json.at("flush_reasons").get_to(counts.flush_reasons);
}

Json BatchingJson(const Batching& batching) {
  return {{"batches", batching.batches}, {"waiting_ns", batching.waiting.count()}};
}

Batching ReadBatching(const Json& json) {
  return {.batches = json.at("batches").get<std::uint64_t>(),
          .waiting = batcher::Duration(json.at("waiting_ns").get<std::int64_t>())};
}

Json BoundsJson(const Bounds& bounds) {
  const Regret& regret = bounds.regret;
  return {{"price_ns", regret.price.count()},
          {"calls", regret.calls},
          {"run", BatchingJson(regret.run)},
          {"least", BatchingJson(regret.least)},
          {"fewest_batches", bounds.fewest_batches ? Json(*bounds.fewest_batches) : Json(nullptr)}};
}

Bounds ReadBounds(const Json& json) {
  Bounds bounds{.regret = {.price = batcher::Duration(json.at("price_ns").get<std::int64_t>()),
                           .calls = json.at("calls").get<std::uint64_t>(),
                           .run = ReadBatching(json.at("run")),
                           .least = ReadBatching(json.at("least"))}};
  if (const Json& fewest = json.at("fewest_batches"); !fewest.is_null()) {
    bounds.fewest_batches = fewest.get<std::uint64_t>();
  }
  return bounds;
}

}  // namespace

std::string ReplicationJson(const Replication& replication) {
  const Tally& tally = replication.tally;
  Json json = {{"counts", CountsJson(tally.counts)},
               {"answering_batches", tally.answering_batches},
               {"has_bursts", tally.has_bursts},
               {"warm_up_calls", replication.warm_up_calls},
               {"offered_rate", replication.offered_rate}};
  for (const PartName& part : kParts) {
    json["parts_sum_ns"][part.name] = (tally.parts_sum.*part.length).count();
  }
  for (const NamedHistogram& named : kHistograms) {
    json[named.name] = (tally.*named.histogram).Encode();
  }
  json["batch_sizes"] = tally.batch_sizes;
  json["worst_minute_p99_ns"] =
      replication.worst_minute_p99 ? Json(replication.worst_minute_p99->count()) : Json(nullptr);
  json["saturated_at"] = replication.saturated_at ? Json(*replication.saturated_at) : Json(nullptr);
  if (replication.bounds) {
    json["bounds"] = BoundsJson(*replication.bounds);
  }
  return json.dump();
}

batcher::Result<Replication> ParseReplication(std::string_view text) {
  Replication replication;
  Tally& tally = replication.tally;
  try {
    const Json json = Json::parse(text);
    ReadCounts(json.at("counts"), tally.counts);
    json.at("answering_batches").get_to(tally.answering_batches);
    json.at("has_bursts").get_to(tally.has_bursts);
    json.at("warm_up_calls").get_to(replication.warm_up_calls);
    json.at("offered_rate").get_to(replication.offered_rate);
    for (const PartName& part : kParts) {
      tally.parts_sum.*part.length =
          batcher::Duration(json.at("parts_sum_ns").at(part.name).get<std::int64_t>());
    }
    for (const NamedHistogram& named : kHistograms) {
      batcher::Result<Histogram> histogram =
          Histogram::Decode(json.at(named.name).get_ref<const std::string&>());
      if (!histogram) {
        return histogram.error();
      }
      tally.*named.histogram = *std::move(histogram);
    }
    json.at("batch_sizes").get_to(tally.batch_sizes);
    if (const Json& worst = json.at("worst_minute_p99_ns"); !worst.is_null()) {
      replication.worst_minute_p99 = batcher::Duration(worst.get<std::int64_t>());
    }
    if (const Json& saturated = json.at("saturated_at"); !saturated.is_null()) {
      replication.saturated_at = saturated.get<double>();
    }
    if (json.contains("bounds")) {
      replication.bounds = ReadBounds(json.at("bounds"));
    }
  } catch (const Json::exception&) {
    return batcher::Error{"is no replication of a sweep"};
  }
  return replication;
}

}  // namespace results
