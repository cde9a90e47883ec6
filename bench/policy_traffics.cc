#include "bench/policy_traffics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace bench {
namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::RandomStream;
using namespace std::chrono_literals;

using Times = std::vector<Instant>;

// At random with that mean gap: the exponential has no memory, so a part may begin anywhere.
void AddPoisson(Times& times, const TrafficPart& part, Duration mean_gap, RandomStream& draws) {
  Instant at = part.from + draws.Exponential(mean_gap);
  while (at < part.until && times.size() < part.calls) {
    times.push_back(at);
    at += draws.Exponential(mean_gap);
  }
}

void Poisson(Times& times, const TrafficPart& part, RandomStream& draws) {
  AddPoisson(times, part, 10ms, draws);
}

void Mmpp(Times& times, const TrafficPart& part, RandomStream& draws) {
  constexpr Duration kMeanOn = 100ms;
  constexpr Duration kMeanOff = 1s;
  bool on = draws.Uniform() < batcher::ToSeconds(kMeanOn) / batcher::ToSeconds(kMeanOn + kMeanOff);
  Instant at = part.from;
  while (at < part.until && times.size() < part.calls) {
    const Instant end = std::min(at + draws.Exponential(on ? kMeanOn : kMeanOff), part.until);
    AddPoisson(times, {.from = at, .until = end, .calls = part.calls}, on ? 1ms : 500ms, draws);
    at = end;
    on = !on;
  }
}

// From the end of one recalculation to the start of the next.
Duration Thought(RandomStream& draws) { return 1s + draws.Exponential(2s); }

void Excel(Times& times, const TrafficPart& part, RandomStream& draws) {
  Instant at = part.from;
  while (at < part.until && times.size() < part.calls) {
    const Instant start = std::min(at + Thought(draws), part.until);
    AddPoisson(times, {.from = at, .until = start, .calls = part.calls}, 2s, draws);
    at = start;
    for (int i = 0; i < 1000 && at < part.until && times.size() < part.calls; ++i) {
      times.push_back(at);
      at += 2us;
    }
  }
}

void Waves(Times& times, const TrafficPart& part, RandomStream& draws) {
  Instant at = part.from;
  while (at < part.until && times.size() < part.calls) {
    Instant start = at + Thought(draws);
    for (int wave = 0; wave < 5; ++wave) {
      at = std::max(at, start);
      for (int i = 0; i < 200 && at < part.until && times.size() < part.calls; ++i) {
        times.push_back(at);
        at += draws.Exponential(5us);
      }
      start += 20ms + draws.Exponential(10ms);
    }
  }
}

void Lomax(Times& times, const TrafficPart& part, RandomStream& draws) {
  constexpr double kAlpha = 1.5;
  constexpr double kScaleNs = 10e6 * (kAlpha - 1);
  Instant at = part.from;
  while (times.size() < part.calls) {
    at += Duration(std::llround(kScaleNs * std::expm1(draws.Exponential() / kAlpha)));
    if (at >= part.until) {
      return;
    }
    times.push_back(at);
  }
}

constexpr Duration kMeanStretch = 30s;

void Regime(Times& times, const TrafficPart& part, RandomStream& draws) {
  Instant at = part.from;
  while (at < part.until && times.size() < part.calls) {
    const Instant end = std::min(at + draws.Exponential(kMeanStretch), part.until);
    const double rate_per_second = std::pow(2000.0, draws.Uniform());
    AddPoisson(times, {.from = at, .until = end, .calls = part.calls},
               Duration(std::llround(1e9 / rate_per_second)), draws);
    at = end;
  }
}

void Mixed(Times& times, const TrafficPart& part, RandomStream& draws) {
  constexpr std::array kParts = {Poisson, Mmpp, Excel, Lomax};
  Instant at = part.from;
  while (at < part.until && times.size() < part.calls) {
    const Instant end = std::min(at + draws.Exponential(kMeanStretch), part.until);
    kParts.at(draws.Below(kParts.size()))(times, {.from = at, .until = end, .calls = part.calls},
                                          draws);
    at = end;
  }
}

constexpr std::array<PolicyTraffic, 7> kTraffics = {{
    {"poisson", "100 calls/s at random", Poisson},
    {"mmpp", "1000 calls/s for 0.1 s, then 2/s for 1 s, on average", Mmpp},
    {"excel", "1000 calls 2 us apart every 3 s or so, single edits in between", Excel},
    {"waves", "5 waves of 200 calls in 1 ms, 30 ms apart, every 3 s or so", Waves},
    {"lomax", "gaps of mean 10 ms with a heavy tail", Lomax},
    {"regime", "at random at a rate of 1 to 2000/s that is redrawn each 30 s or so", Regime},
    {"mixed", "stretches of poisson, mmpp, excel and lomax", Mixed},
}};

}  // namespace

std::span<const PolicyTraffic> PolicyTraffics() { return kTraffics; }

std::vector<Instant> ArrivalsOf(const PolicyTraffic& traffic, std::size_t calls,
                                std::uint64_t seed) {
  RandomStream draws(seed, traffic.name);
  Times times;
  times.reserve(calls);
  traffic.extend(times, {.calls = calls}, draws);
  return times;
}

}  // namespace bench
