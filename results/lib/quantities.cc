#include "results/lib/quantities.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "results/lib/quantile.h"

namespace results {
namespace {

using batcher::ToMilliseconds;

class Collector {
 public:
  void Count(std::string name, std::uint64_t value) {
    Add(std::move(name), QuantityUnit::kCount, static_cast<double>(value));
  }

  void Number(std::string name, std::optional<double> value) {
    Add(std::move(name), QuantityUnit::kNumber, value);
  }

  void Time(std::string name, std::optional<batcher::Duration> time) {
    Add(std::move(name), QuantityUnit::kMilliseconds,
        time ? std::optional(ToMilliseconds(*time)) : std::nullopt);
  }

  // `evidence_of` empty: its quantiles are not judged by their evidence.
  void Times(const std::string& group, const std::optional<TimeStatistics>& statistics,
             std::string_view evidence_of) {
    const auto value = [&](batcher::Duration TimeStatistics::*field) {
      return statistics && statistics->count > 0 ? std::optional((*statistics).*field)
                                                 : std::nullopt;
    };
    Time(group + ".mean", value(&TimeStatistics::mean));
    for (const NamedQuantile& quantile : kQuantiles) {
      Time(fmt::format("{}.{}", group, quantile.name), value(quantile.value));
      if (!evidence_of.empty()) {
        quantities_.back().evidence = Evidence{.needed = EvidenceNeeded(quantile.q),
                                               .had = statistics ? statistics->evidence : 0,
                                               .of = evidence_of};
      }
    }
    Time(group + ".max", value(&TimeStatistics::max));
  }

  [[nodiscard]] std::vector<Quantity> Take() { return std::move(quantities_); }

 private:
  void Add(std::string name, QuantityUnit unit, std::optional<double> value) {
    quantities_.push_back({.name = std::move(name), .unit = unit, .value = value});
  }

  std::vector<Quantity> quantities_;
};

template <class Names, class Counts>
void AddCounts(std::string_view group, const Names& names, const Counts& counts,
               Collector& collector) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    collector.Count(fmt::format("{}.{}", group, names[i]), counts[i]);
  }
}

}  // namespace

std::vector<Quantity> Quantities(const Summary& summary) {
  Collector collector;
  collector.Count("calls", summary.calls);
  collector.Count("batches", summary.batches);
  collector.Count("http_requests", summary.http_requests);
  collector.Count("retries", summary.retries);
  collector.Count("polls", summary.polls);
  collector.Number("requests_saved", summary.requests_saved);
  collector.Number("credits", summary.credits);
  const bool any_batches = summary.batches > 0;
  collector.Number("calls_per_batch.mean",
                   any_batches ? std::optional(summary.calls_per_batch_mean) : std::nullopt);
  collector.Count("calls_per_batch.max", summary.calls_per_batch_max);
  collector.Count("lone_calls", summary.lone_calls);
  collector.Count("dedup_saved", summary.dedup_saved);
  collector.Count("errors", summary.errors);
  AddCounts("outcomes", batcher::kOutcomeNames, summary.outcomes, collector);
  AddCounts("flush_reasons", batcher::kFlushReasonNames, summary.flush_reasons, collector);
  collector.Times("latency", summary.latency, "batches");
  collector.Times("wait", summary.wait, "batches");
  for (const PartName& part : kParts) {
    const bool any = summary.latency.count > 0;
    collector.Time(fmt::format("parts.{}", part.name),
                   any ? std::optional(summary.mean_parts.*part.length) : std::nullopt);
  }
  collector.Times("burst_completion", summary.burst_completion, "bursts");
  collector.Count("incomplete_bursts", summary.incomplete_bursts);
  collector.Times("generator_lateness", summary.generator_lateness, "");
  collector.Times("timer_lag", summary.timer_lag, "");
  collector.Times("server_delay_error", summary.server_delay_error, "");
  return collector.Take();
}

std::optional<Quantity> FindQuantity(const Summary& summary, std::string_view name) {
  std::vector<Quantity> all = Quantities(summary);
  const auto found = std::ranges::find(all, name, &Quantity::name);
  return found == all.end() ? std::nullopt : std::optional(std::move(*found));
}

std::optional<double> ValueOf(const Summary& summary, std::string_view name) {
  const std::optional<Quantity> quantity = FindQuantity(summary, name);
  return quantity ? quantity->value : std::nullopt;
}

bool IsQuantity(std::string_view name) { return FindQuantity(Summary{}, name).has_value(); }

std::string LackSentence(const Evidence& evidence) {
  return fmt::format("needs {} {}, this run had {}", evidence.needed, evidence.of, evidence.had);
}

}  // namespace results
