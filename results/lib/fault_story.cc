#include "results/lib/fault_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "results/lib/quantile.h"
#include "results/lib/table.h"

namespace results {
namespace {

using batcher::BatchRecord;
using batcher::CallRecord;

bool WasDown(const BatchRecord& batch, const FaultsDone& done) {
  return std::ranges::any_of(done.downtimes, [&](const auto& down) {
    return batch.sent < down.second && batch.replied >= down.first;
  });
}

// `first_calls` in order.
bool IsHit(const BatchRecord& batch, const FaultsDone& done) {
  return std::ranges::binary_search(done.first_calls, batch.first_call) || WasDown(batch, done);
}

void Count(const BatchRecord& batch, FaultGroup& group) {
  ++group.batches;
  group.retries += batch.attempts > 1 ? batch.attempts - 1 : 0U;
  group.polls += batch.polls;
  if (batch.accepted > 1) {
    group.extra_credits += Credits(batch) * (batch.accepted - 1) / batch.accepted;
  }
}

// "9,950 value, 30 failed_status"
std::string OutcomesText(const FaultGroup& group) {
  std::string text;
  for (std::size_t i = 0; i < group.outcomes.size(); ++i) {
    if (group.outcomes[i] > 0) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", FormatCount(group.outcomes[i]),
                          batcher::kOutcomeNames[i]);
    }
  }
  return text.empty() ? "nothing" : text;
}

// "p50 110 ms, p99 190 ms"; a quantile with too few batches behind it is left out.
std::string LatencyText(const FaultGroup& group) {
  if (group.latency.count == 0) {
    return "none answered";
  }
  std::string text = "mean " + FormatMs(group.latency.mean);
  for (const NamedQuantile& quantile : kQuantiles) {
    if ((quantile.name == "p50" || quantile.name == "p99") &&
        group.latency.evidence >= EvidenceNeeded(quantile.q)) {
      text += fmt::format(", {} {}", quantile.name, FormatMs(group.latency.*quantile.value));
    }
  }
  return text;
}

std::string PollsText(const FaultGroup& group) {
  return group.batches == 0
             ? "-"
             : FormatNumber(static_cast<double>(group.polls) / static_cast<double>(group.batches));
}

std::string InjectedText(const FaultStory& story) {
  std::uint64_t all = 0;
  std::string kinds;
  for (const auto& [kind, count] : story.injected) {
    all += count;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", FormatCount(count), kind);
  }
  return fmt::format("injected {}: {}", FormatCount(all), kinds);
}

}  // namespace

FaultStory TellOfFaults(const Ledger& ledger, FaultsDone done) {
  FaultStory story{.injected = std::move(done.injected), .credits_lost = done.credits_lost};
  std::ranges::sort(done.first_calls);
  std::vector<bool> hit;  // by batch
  for (const BatchRecord& batch : ledger.batches) {
    if (batch.batch >= hit.size()) {
      hit.resize(batch.batch + 1);
    }
    hit[batch.batch] = IsHit(batch, done);
    Count(batch, hit[batch.batch] ? story.hit : story.others);
  }
  std::vector<batcher::Duration> hit_latencies;
  std::vector<batcher::Duration> other_latencies;
  std::vector<std::uint64_t> answering;
  for (const CallRecord& call : ledger.calls) {
    const bool was_hit = call.batch < hit.size() && hit[call.batch];
    FaultGroup& group = was_hit ? story.hit : story.others;
    ++group.calls;
    ++group.outcomes[static_cast<std::size_t>(call.outcome)];
    if (IsAnswered(call.outcome)) {
      (was_hit ? hit_latencies : other_latencies).push_back(Latency(call));
      answering.push_back(call.batch);
    }
  }
  std::ranges::sort(answering);
  answering.erase(std::unique(answering.begin(), answering.end()), answering.end());
  const auto hit_answering = static_cast<std::uint64_t>(std::ranges::count_if(
      answering, [&](std::uint64_t batch) { return batch < hit.size() && hit[batch]; }));
  story.hit.latency = Describe(std::move(hit_latencies), hit_answering);
  story.others.latency = Describe(std::move(other_latencies), answering.size() - hit_answering);
  return story;
}

std::vector<std::string> FaultLines(const FaultStory& story) {
  const FaultGroup& hit = story.hit;
  const FaultGroup& others = story.others;
  return {
      fmt::format("{}; they hit {} of {} batches", InjectedText(story), FormatCount(hit.batches),
                  FormatCount(hit.batches + others.batches)),
      fmt::format("callers whose batch was hit saw {}; the others {}", OutcomesText(hit),
                  OutcomesText(others)),
      fmt::format("cost: {} more HTTP requests than one for each batch, {} polls per batch that "
                  "was hit ({} of the others), {} credits more than one attempt of each batch, {} "
                  "for answers that nobody could read",
                  FormatCount(hit.retries), PollsText(hit), PollsText(others),
                  FormatNumber(hit.extra_credits), FormatNumber(story.credits_lost)),
      fmt::format("latency {} where a fault hit, {} elsewhere", LatencyText(hit),
                  LatencyText(others))};
}

}  // namespace results
