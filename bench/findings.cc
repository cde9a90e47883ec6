#include "bench/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "results/lib/table.h"

namespace bench {
namespace {

using batcher::Duration;
using results::FormatCount;
using results::FormatMs;
using results::Summary;
using scenarios::Scenario;

// From there on a request waits about as long for one of eight workers as it is worked on.
constexpr double kBusy = 0.9;
// A wait that is a smaller part of the latency is nothing to act on, however it compares with other
// waits: a window of 0 has only such.
constexpr double kLeastSlotPart = 0.05;
// The client's own limit holds requests back for that part of the latency, ...
constexpr double kLimitPart = 0.1;
// ... or this much of what it allows is needed on average: more at times, as calls are not regular.
constexpr double kLimitUsed = 0.9;
// Each refusal costs a pause; from one request in a hundred on it shows in a p99.
constexpr double kRefusedShare = 0.01;
// Polls that outnumber what batches save by less than this part of the calls are no loss to speak
// of.
constexpr double kWorthAWord = 0.01;
// ... nor are fewer requests than these, which chance brings about.
constexpr double kFewestLost = 5;
// A flush that comes this much later than the policy says is no longer what was asked for.
constexpr double kLongerWindow = 1.25;

double Ms(Duration time) { return batcher::ToMilliseconds(time); }

// `part` of the mean latency, in 0 .. 1.
double PartOfLatency(const Summary& summary, Duration results::Parts::*part) {
  const double latency = Ms(summary.latency.mean);
  return latency > 0 ? Ms(summary.mean_parts.*part) / latency : 0;
}

std::string Percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

// "; 200/s are offered, 110/s are possible", if so.
std::string Growth(const RunFacts& facts) {
  if (!facts.saturated_at || !facts.offered) {
    return "";
  }
  return fmt::format("; {:.3g} calls/s come, {:.3g}/s are possible, so the queue grows",
                     *facts.offered, *facts.saturated_at);
}

std::optional<Finding> ServiceSaturated(const Scenario& scenario, const RunFacts& facts) {
  if (!scenario.server.workers || facts.utilisation.value_or(0) < kBusy) {
    return std::nullopt;
  }
  return Finding{
      .name = "server_saturated",
      .sentence = fmt::format(
          "the service is saturated: its workers (server.workers, {}) are busy for {} of the "
          "time{}; larger batches (a longer window) cost it less a call, else it needs fewer calls",
          *scenario.server.workers, Percent(*facts.utilisation), Growth(facts))};
}

// HTTP requests per second that the calls need.
double RequestsNeeded(const Summary& summary, const RunFacts& facts) {
  return summary.calls == 0
             ? 0
             : facts.offered.value_or(0) * static_cast<double>(summary.http_requests) /
                   static_cast<double>(summary.calls);
}

std::optional<Finding> OwnLimit(const Scenario& scenario, const Summary& summary,
                                const RunFacts& facts) {
  if (!scenario.client.rate_limit) {
    return std::nullopt;
  }
  const double limit = scenario.client.rate_limit->rate_per_second;
  const double needed = RequestsNeeded(summary, facts);
  const double part = PartOfLatency(summary, &results::Parts::send);
  if (part < kLimitPart && needed < kLimitUsed * limit) {
    return std::nullopt;
  }
  return Finding{
      .name = "rate_limited",
      .sentence = fmt::format(
          "the client's own limit of {:.3g} HTTP requests/s (client.rate_limit) {}: {}a batch "
          "waits {} to be sent, {} of the latency; polls count, so a longer window and fewer polls "
          "(--poll expected) need less of it",
          limit, part < kLimitPart ? "is nearly reached" : "holds requests back",
          needed > 0 ? fmt::format("{:.3g}/s are sent, and ", needed) : "",
          FormatMs(summary.mean_parts.send), Percent(part))};
}

std::optional<Finding> Refused(const Summary& summary, const RunFacts& facts) {
  const std::uint64_t refused = facts.refused.value_or(0);
  if (refused == 0 ||
      static_cast<double>(refused) < kRefusedShare * static_cast<double>(summary.http_requests)) {
    return std::nullopt;
  }
  const auto failed = summary.outcomes[static_cast<std::size_t>(batcher::Outcome::kFailedStatus)];
  return Finding{
      .name = "rate_limited",
      .sentence = fmt::format(
          "the service answered {} of {} HTTP requests with 429 (its rate limit), each of them a "
          "pause, and {} calls failed; set client.rate_limit to what it allows, and need fewer "
          "requests (a longer window, --poll expected)",
          FormatCount(refused), FormatCount(summary.http_requests), FormatCount(failed))};
}

std::optional<Finding> QuotaReached(const Summary& summary, const RunFacts& facts) {
  const auto failed = summary.outcomes[static_cast<std::size_t>(batcher::Outcome::kFailedQuota)];
  if (failed == 0) {
    return std::nullopt;
  }
  return Finding{
      .name = "quota",
      .sentence = fmt::format(
          "{} used up: {} of {} calls failed for it, after {} credits; an address in a batch costs "
          "half of a single one, an equal one in it nothing (batcher.dedup)",
          facts.quota_of_service ? "the service's quota is"
                                 : "the credits of client.max_credits are",
          FormatCount(failed), FormatCount(summary.calls), results::FormatNumber(summary.credits))};
}

// What the policy says, as far as it says a time.
std::optional<Duration> NominalWindow(const batcher::Choice& policy) {
  for (const char* field : {"window", "period"}) {
    if (policy.Has(field)) {
      return policy.Time(field);
    }
  }
  return std::nullopt;
}

std::optional<Finding> SerialLoop(const Scenario& scenario, const RunFacts& facts) {
  if (!facts.effective_window) {
    return std::nullopt;
  }
  const batcher::Choice& policy = scenario.batcher.policy;
  const std::optional<Duration> nominal = NominalWindow(policy);
  if (nominal && Ms(*facts.effective_window) < kLongerWindow * Ms(*nominal)) {
    return std::nullopt;
  }
  const std::string knob = scenario.batcher.max_in_flight == 1U
                               ? "raise batcher.max_in_flight (1)"
                               : "let them (batcher.policy.awaits=false), or take --policy window";
  const std::string window = FormatMs(*facts.effective_window);
  if (policy.kind() == "unbatched") {
    return Finding{.name = "serial_loop",
                   .sentence = fmt::format("calls leave one by one, one each {}{}: {}", window,
                                           Growth(facts), knob)};
  }
  const std::string said = nominal ? fmt::format(" (the policy says {})", FormatMs(*nominal)) : "";
  return Finding{
      .name = "serial_loop",
      .sentence = fmt::format("your effective window is {}, because batches do not overlap{}{}: {}",
                              window, said, Growth(facts), knob)};
}

std::optional<Finding> SlotBound(const Scenario& scenario, const Summary& summary,
                                 const RunFacts& facts) {
  const std::string_view policy = scenario.batcher.policy.kind();
  // A free slot is what `natural` waits for: that is how it gathers calls, as long as it keeps up.
  const bool chosen = policy == "natural" && !facts.saturated_at;
  if (!scenario.batcher.max_in_flight || chosen || SlotShare(summary) < kSlotsDecide ||
      PartOfLatency(summary, &results::Parts::slot_wait) < kLeastSlotPart) {
    return std::nullopt;
  }
  return Finding{
      .name = "slot_bound",
      .sentence = fmt::format(
          "calls wait {} for a free slot and {} because the policy makes them ({} of the wait is "
          "for a slot){}; {} may be in flight: raise batcher.max_in_flight, or {} for fewer that "
          "leave",
          FormatMs(summary.mean_parts.slot_wait), FormatMs(summary.mean_parts.linger),
          Percent(SlotShare(summary)), Growth(facts), *scenario.batcher.max_in_flight,
          policy == "window" ? "wait longer" : "take --policy window")};
}

// The queue grows, and none of the causes above is known.
std::optional<Finding> Overloaded(const RunFacts& facts) {
  if (!facts.saturated_at || !facts.offered) {
    return std::nullopt;
  }
  return Finding{
      .name = "server_saturated",
      .sentence = fmt::format("more is asked for than is answered: {:.3g} calls/s come, {:.3g}/s "
                              "are possible, so the queue grows for as long as they come",
                              *facts.offered, *facts.saturated_at)};
}

// As --poll takes it.
std::string PollOption(const batcher::Choice& poll) {
  return "--poll " + (poll.kind() == "fixed" ? batcher::FormatDuration(poll.Time("every"))
                                             : std::string(poll.kind()));
}

std::optional<Finding> PollQuantisation(const Summary& summary, const RunFacts& facts) {
  const double part = PartOfLatency(summary, &results::Parts::poll_quantisation);
  if (part < kPollsMatter || !facts.better_polls) {
    return std::nullopt;
  }
  const PollCost& other = facts.better_polls->cost;
  return Finding{
      .name = "poll_quantisation",
      .sentence = fmt::format(
          "an answer waits {} on average until it is asked for, {} of the latency, with {:.1f} "
          "polls a batch; {} would cost about {}, with about {:.1f}",
          FormatMs(summary.mean_parts.poll_quantisation), Percent(part),
          facts.polls_per_batch.value_or(0), PollOption(facts.better_polls->poll),
          FormatMs(other.mean), other.polls_per_batch)};
}

std::optional<Finding> PollsCostMore(const Scenario& scenario, const Summary& summary) {
  const std::uint64_t saved = summary.calls_in_batches - summary.batches;
  const double lost = static_cast<double>(summary.polls) - static_cast<double>(saved);
  if (lost < std::max(kFewestLost, kWorthAWord * static_cast<double>(summary.calls))) {
    return std::nullopt;
  }
  std::string knob = scenario.client.poll.kind() == "expected" ? "" : "--poll expected, ";
  if (scenario.batcher.single_below < 2) {
    knob += "batcher.single_below=2, ";
  }
  return Finding{
      .name = "polls_cost_more",
      .sentence = fmt::format(
          "polls cost more than batches save: {} polls for {} requests fewer ({} HTTP requests for "
          "{} calls); {}a longer window, or no batches (--policy unbatched)",
          FormatCount(summary.polls), FormatCount(saved), FormatCount(summary.http_requests),
          FormatCount(summary.calls), knob)};
}

}  // namespace

bool Names(const std::vector<Finding>& findings, std::string_view name) {
  return std::ranges::any_of(findings, [&](const Finding& one) { return one.name == name; });
}

double SlotShare(const Summary& summary) {
  const double wait = Ms(summary.wait.mean);
  return wait > 0 ? Ms(summary.mean_parts.slot_wait) / wait : 0;
}

std::vector<Finding> FindingsOf(const Scenario& scenario, const Summary& summary,
                                const RunFacts& facts) {
  std::vector<Finding> findings;
  const auto add = [&](std::optional<Finding> finding) {
    if (finding) {
      findings.push_back(*std::move(finding));
    }
  };
  // The first of these is what takes the slots and lets the queue grow: the others follow from it.
  add(ServiceSaturated(scenario, facts));
  add(OwnLimit(scenario, summary, facts));
  add(Refused(summary, facts));
  add(QuotaReached(summary, facts));
  add(SerialLoop(scenario, facts));
  if (findings.empty()) {
    add(SlotBound(scenario, summary, facts));
  }
  if (findings.empty()) {
    add(Overloaded(facts));
  }
  // Under a rate limit polls wait for that, and more of them would be no help.
  if (!Names(findings, "rate_limited")) {
    add(PollQuantisation(summary, facts));
  }
  add(PollsCostMore(scenario, summary));
  return findings;
}

}  // namespace bench
