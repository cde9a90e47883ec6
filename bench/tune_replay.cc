#include "bench/tune_replay.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "batcher/base/random.h"
#include "scenarios/recorded.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using scenarios::CallLog;
using scenarios::LoggedCall;

// The calls of each session, in order, in a part of a log.
std::vector<scenarios::RecordedSession> SessionsOf(const CallLog& log, std::size_t first,
                                                   std::size_t count) {
  std::vector<scenarios::RecordedSession> sessions(log.sessions);
  std::vector<const LoggedCall*> last(log.sessions, nullptr);
  const Instant start = log.calls[first].at;
  for (std::size_t i = first; i < first + count; ++i) {
    const LoggedCall& call = log.calls[i];
    if (call.session == scenarios::kNoSession) {  // somebody who calls once
      sessions.push_back({.first = Instant(call.at - start)});
    } else if (last[call.session] == nullptr) {
      sessions[call.session].first = Instant(call.at - start);
      last[call.session] = &call;
    } else {
      const Instant answered = last[call.session]->ended.value_or(last[call.session]->at);
      sessions[call.session].thoughts.push_back(std::max(call.at - answered, Duration(0)));
      last[call.session] = &call;
    }
  }
  for (std::uint32_t session = log.sessions; session-- > 0;) {
    if (last[session] == nullptr) {
      sessions.erase(sessions.begin() + session);
    }
  }
  return sessions;
}

bool KnowsAnswers(const CallLog& log) {
  return std::ranges::any_of(log.calls,
                             [](const LoggedCall& call) { return call.ended.has_value(); });
}

using BurstOfCall = std::shared_ptr<const std::vector<std::uint32_t>>;

// The groups of a part of a log as bursts, ascending; none of a log without groups.
BurstOfCall BurstsOf(const CallLog& log, std::size_t first, std::size_t count) {
  if (log.groups == 0) {
    return nullptr;
  }
  const auto interleaved = InterleavedGroups(log);
  auto bursts = std::make_shared<std::vector<std::uint32_t>>(count, scenarios::kNoBurst);
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t group = log.calls[first + i].group;
    if (group == scenarios::kNoGroup || interleaved[group]) {
      continue;
    }
    const bool goes_on = i > 0 && log.calls[first + i - 1].group == group;
    (*bursts)[i] = goes_on ? (*bursts)[i - 1] : next++;
  }
  return bursts;
}

RecordedCalls Record(std::vector<Instant> times, std::vector<std::uint64_t> keys,
                     BurstOfCall burst_of_call = nullptr) {
  return {
      .arrivals = scenarios::RecordedArrivals(
          std::make_shared<const std::vector<Instant>>(std::move(times)), std::move(burst_of_call)),
      .keys = scenarios::RecordedKeys(
          std::make_shared<const std::vector<std::uint64_t>>(std::move(keys)))};
}

}  // namespace

std::vector<bool> InterleavedGroups(const CallLog& log) {
  std::vector<bool> interleaved(log.groups, false);
  std::vector<bool> seen(log.groups, false);
  std::uint32_t before = scenarios::kNoGroup;
  for (const LoggedCall& call : log.calls) {
    if (call.group != scenarios::kNoGroup && call.group != before) {
      interleaved[call.group] = interleaved[call.group] || seen[call.group];
      seen[call.group] = true;
    }
    before = call.group;
  }
  return interleaved;
}

RecordedCalls Replayed(const CallLog& log, std::size_t first, std::size_t count) {
  std::vector<Instant> times(count);
  std::vector<std::uint64_t> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    times[i] = Instant(log.calls[first + i].at - log.calls[first].at);
    keys[i] = log.calls[first + i].key;
  }
  RecordedCalls calls = Record(std::move(times), std::move(keys), BurstsOf(log, first, count));
  if (log.sessions > 0 && KnowsAnswers(log)) {
    calls.arrivals =
        scenarios::RecordedSessions(std::make_shared<const std::vector<scenarios::RecordedSession>>(
            SessionsOf(log, first, count)));
  }
  return calls;
}

RecordedCalls Scaled(const CallLog& log, double factor, MoreTraffic how) {
  std::vector<std::pair<Instant, std::uint64_t>> calls;
  const bool faster = how == MoreTraffic::kFaster;
  const Duration span = log.calls.back().at.time_since_epoch() + Duration(1);
  const auto copies = static_cast<std::size_t>(faster ? 1 : std::ceil(factor));
  batcher::RandomStream random(1, "traffic");
  for (std::size_t copy = 0; copy < copies; ++copy) {
    const Duration shift =
        span / static_cast<Duration::rep>(copies) * static_cast<Duration::rep>(copy);
    const std::uint64_t own_keys = log.keys.empty() ? copy * log.calls.size() : 0;
    for (const LoggedCall& call : log.calls) {
      if (!faster && factor < 1 && random.Uniform() >= factor) {
        continue;
      }
      const auto at = faster
                          ? Duration(std::llround(
                                static_cast<double>(call.at.time_since_epoch().count()) / factor))
                          : (call.at.time_since_epoch() + shift) % span;
      calls.emplace_back(Instant(at), call.key + own_keys);
    }
  }
  std::ranges::stable_sort(calls, {}, &std::pair<Instant, std::uint64_t>::first);
  std::vector<Instant> times;
  std::vector<std::uint64_t> keys;
  for (const auto& [at, key] : calls) {
    times.push_back(at);
    keys.push_back(key);
  }
  return Record(std::move(times), std::move(keys));
}

}  // namespace bench
