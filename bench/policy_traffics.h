#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/time.h"

namespace bench {

// The kinds of traffic on which policies are compared, from arrivals without memory to bursts that
// come whole. All but the first two have what rate estimators stumble over.

// What is still to be made: calls at or after `from` and before `until`, until there are `calls` of
// them in all.
struct TrafficPart {
  batcher::Instant from{};
  batcher::Instant until = batcher::kNever;
  std::size_t calls = 0;
};

struct PolicyTraffic {
  std::string_view name;
  std::string_view meaning;  // one sentence
  // Appends the part to `times`, which then still ascend.
  void (*extend)(std::vector<batcher::Instant>& times, const TrafficPart& part,
                 batcher::RandomStream& draws);
};

// poisson   100 calls/s at random.
// mmpp      1000 calls/s at random for 0.1 s on average, then 2/s for 1 s on average: both lengths
//           exponential, the first state drawn as at a random moment.
// excel     a recalculation of 1000 calls 2 us apart, 1 s + Exp(2 s) after the end of the one
//           before; in between, single edits, 0.5/s at random.
// waves     a recalculation in 5 waves, whose starts are 20 ms + Exp(10 ms) apart; each is 200
//           calls with gaps of Exp(5 us): about 1 ms. As long between two recalculations as above;
//           no edits.
// lomax     independent gaps of mean 10 ms and P(gap > x) = (1 + x / 5 ms)^-1.5.
// regime    at random at a rate that is drawn anew each Exp(30 s): log-uniform in 1 .. 2000/s.
// mixed     stretches of Exp(30 s), each of one of poisson, mmpp, excel and lomax, all as likely.
[[nodiscard]] std::span<const PolicyTraffic> PolicyTraffics();

// `calls` arrivals of a traffic from time 0 on, the same for the same seed.
[[nodiscard]] std::vector<batcher::Instant> ArrivalsOf(const PolicyTraffic& traffic,
                                                       std::size_t calls, std::uint64_t seed);

}  // namespace bench
