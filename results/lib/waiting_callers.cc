#include "results/lib/waiting_callers.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "batcher/base/random.h"
#include "results/lib/quantile.h"

namespace results {
namespace {

using batcher::Duration;
using batcher::Instant;

constexpr std::size_t kFewestCalls = 100;
constexpr std::size_t kFewestSets = 50;
constexpr std::size_t kMostArrivals = 20'000;
constexpr std::size_t kBlocks = 30;
constexpr std::size_t kControls = 10;
constexpr std::size_t kTries = 40;
constexpr int kShifts = 24;
constexpr std::size_t kControlsOfShifts = 4;
// The largest of 24 standard normals is below it in 3 of 4 cases.
constexpr double kLargestOfShifts = 2.5;

enum class Side { kFar, kBefore, kAfter };

// On which side of the nearest delivery a moment lies, if that is within reach.
class DeliveryTimes {
 public:
  DeliveryTimes(std::vector<Instant> ascending, Duration reach)
      : at_(std::move(ascending)), reach_(reach) {}

  [[nodiscard]] Side SideOf(Instant moment) const {
    const auto next = std::ranges::upper_bound(at_, moment);
    const Duration until = next == at_.end() ? Duration::max() : *next - moment;
    const Duration since = next == at_.begin() ? Duration::max() : moment - *(next - 1);
    if (std::min(until, since) > reach_) {
      return Side::kFar;
    }
    return since <= until ? Side::kAfter : Side::kBefore;
  }

 private:
  std::vector<Instant> at_;
  Duration reach_;
};

struct Reach {
  Duration safe{0};   // for the test
  Duration whole{0};  // for the share: three quarters of the shortest latency
};

// A delivery must not be one that a call just before it could still have changed: `safe` is three
// quarters of the shortest service. Calls that were delivered together are known by that, their
// latencies by matching the i-th delivery to the i-th arrival. The last to join a batch waited for
// the service alone; a call that was alone waited for the window too, which is as long as batches
// gathered.
Reach ReachOf(std::span<const Instant> arrivals, std::span<const Instant> deliveries) {
  const std::size_t count = std::min(arrivals.size(), deliveries.size());
  const auto latency = [&](std::size_t i) {
    return std::max(Duration(1), deliveries[i] - arrivals[i]);
  };
  std::vector<Duration> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(latency(i));
  }
  std::ranges::sort(all);
  const Duration together = Quantile(all, 0.5) / 200;
  std::vector<Duration> lone;
  std::vector<Duration> last;
  std::vector<Duration> gathering;
  for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
    for (end = begin + 1; end < count && deliveries[end] - deliveries[end - 1] <= together;) {
      ++end;
    }
    if (end == begin + 1) {
      lone.push_back(latency(begin));
    } else {
      last.push_back(latency(end - 1));
      gathering.push_back(arrivals[end - 1] - arrivals[begin]);
    }
  }
  for (std::vector<Duration>* values : {&lone, &last, &gathering}) {
    std::ranges::sort(*values);
  }
  // A few of either kind are strays.
  const bool batches = last.size() * 20 > lone.size();
  Duration service = batches ? Quantile(last, 0.01) : Duration::max();
  if (lone.size() * 20 > count) {
    const Duration whole = Quantile(lone, 0.01);
    const Duration window = batches ? Quantile(gathering, 0.99) : Duration(0);
    service = std::min(service, std::max(whole - window, whole / 8));
  }
  return {.safe = service * 3 / 4, .whole = Quantile(all, 0.01) * 3 / 4};
}

// From one arrival to the next. `history` names the class of what came before.
struct Gap {
  std::uint64_t history = 0;
  Duration length{0};
  std::size_t to = 0;  // the arrival that ended it
  // Where, among all gaps, those of the same history are that were at least as long.
  std::size_t first = 0;
  std::size_t end = 0;
};

// Classes half as wide again as the one below; `unit` is small change.
std::uint64_t ClassOf(Duration length, Duration unit) {
  const double units = static_cast<double>(length.count()) / static_cast<double>(unit.count());
  return static_cast<std::uint64_t>(std::log1p(units) / std::log(1.5));
}

// Ascending by history and length. The history is the class of the gap before, of two gaps, and of
// eight, which tell a busy time from a quiet one. (Sets of those that resemble each arrival would
// be biased: who resembles whom must be the same for all members.)
std::vector<Gap> GapsOf(std::span<const Instant> arrivals, Duration reach) {
  const auto before = [&](std::size_t to, std::size_t gaps, Duration unit) {
    const std::size_t from = to > gaps ? to - 1 - gaps : 0;
    return ClassOf(arrivals[to - 1] - arrivals[from], std::max(unit, Duration(1)));
  };
  std::vector<Gap> gaps;
  for (std::size_t to = 1; to < arrivals.size(); ++to) {
    const std::uint64_t history = (before(to, 1, reach / 4) << 32U) |
                                  (before(to, 2, reach / 4) << 16U) | before(to, 8, reach);
    gaps.push_back({.history = history, .length = arrivals[to] - arrivals[to - 1], .to = to});
  }
  std::ranges::sort(gaps, {},
                    [](const Gap& gap) { return std::tuple(gap.history, gap.length, gap.to); });
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const bool equal =
        i > 0 && gaps[i - 1].history == gaps[i].history && gaps[i - 1].length == gaps[i].length;
    gaps[i].first = equal ? gaps[i - 1].first : i;
  }
  for (std::size_t i = gaps.size(); i-- > 0;) {
    const bool same = i + 1 < gaps.size() && gaps[i + 1].history == gaps[i].history;
    gaps[i].end = same ? gaps[i + 1].end : i + 1;
  }
  return gaps;
}

// The outcome of all comparisons of arrivals with their controls.
struct Contrast {
  std::size_t sets = 0;
  double z = 0;      // of "after" among arrivals, beyond that among controls
  double after = 0;  // arrivals just after a delivery
  double ratio = 1;  // of the rates of arrivals after and before
};

// Sums up sets; arrivals fall into blocks, since neighbours share the state of the world.
class Comparison {
 public:
  void Add(double is_after, std::size_t controls, std::size_t controls_after, std::size_t block) {
    const auto others = static_cast<double>(controls);
    const auto others_after = static_cast<double>(controls_after);
    const double beyond = is_after - (is_after + others_after) / (others + 1);
    squares_ += beyond * beyond;
    blocks_[block] += beyond;
    after_ += is_after;
    for_after_ += is_after * (others - others_after) / others;
    for_before_ += (1 - is_after) * others_after / others;
    ++sets_;
  }

  [[nodiscard]] Contrast Finish() const {
    double total = 0;
    for (const double sum : blocks_) {
      total += sum;
    }
    double spread = 0;
    for (const double sum : blocks_) {
      spread += (sum - total / kBlocks) * (sum - total / kBlocks) * kBlocks / (kBlocks - 1);
    }
    const double variance = std::max(squares_, spread);
    return {.sets = sets_,
            .z = variance > 0 ? total / std::sqrt(variance) : 0,
            .after = after_,
            .ratio = for_before_ > 0 ? for_after_ / for_before_ : 1e9};
  }

 private:
  std::vector<double> blocks_ = std::vector<double>(kBlocks);
  double squares_ = 0;
  std::size_t sets_ = 0;
  double after_ = 0;
  double for_after_ = 0;  // Mantel and Haenszel's two sums
  double for_before_ = 0;
};

// Each arrival near a delivery against moments with the same history at which as much time had
// passed since the last arrival, whether or not another came then.
Contrast Compare(std::span<const Instant> arrivals, const std::vector<Gap>& gaps,
                 const DeliveryTimes& deliveries, std::size_t wanted,
                 batcher::RandomStream& random) {
  Comparison comparison;
  for (const Gap& gap : gaps) {
    const Side side = deliveries.SideOf(arrivals[gap.to]);
    if (side == Side::kFar) {
      continue;
    }
    std::size_t controls = 0;
    std::size_t controls_after = 0;
    for (std::size_t tried = 0; tried < kTries && controls < wanted; ++tried) {
      const std::size_t other = gaps[gap.first + random.Below(gap.end - gap.first)].to;
      const Side its = deliveries.SideOf(arrivals[other - 1] + gap.length);
      if (other != gap.to && its != Side::kFar) {
        ++controls;
        controls_after += its == Side::kAfter ? 1U : 0U;
      }
    }
    if (controls > 0) {
      comparison.Add(side == Side::kAfter ? 1 : 0, controls, controls_after,
                     gap.to * kBlocks / arrivals.size());
    }
  }
  return comparison.Finish();
}

// The deliveries moved round the log by a tenth of it at least: whatever they have to do with the
// arrivals then, it is not that somebody waited.
std::vector<Instant> Shifted(std::span<const Instant> arrivals, std::span<const Instant> deliveries,
                             batcher::RandomStream& random) {
  const Duration span = arrivals.back() - arrivals.front();
  const auto extra = random.Uniform() * 0.8 * static_cast<double>(span.count());
  const Duration shift = span / 10 + Duration(static_cast<Duration::rep>(extra));
  std::vector<Instant> moved;
  for (const Instant at : deliveries) {
    moved.push_back(at + shift > arrivals.back() ? at + shift - span : at + shift);
  }
  std::ranges::sort(moved);
  return moved;
}

}  // namespace

std::optional<WaitingTest> TestWaitingCallers(std::span<const Instant> arrivals,
                                              std::span<const Instant> deliveries,
                                              std::uint64_t seed) {
  if (std::min(arrivals.size(), deliveries.size()) < kFewestCalls) {
    return std::nullopt;
  }
  arrivals = arrivals.first(std::min(arrivals.size(), kMostArrivals));
  std::vector<Instant> ascending(deliveries.begin(), deliveries.end());
  std::ranges::sort(ascending);
  ascending.resize(std::min(ascending.size(), kMostArrivals));
  const Reach reach = ReachOf(arrivals, ascending);
  const std::vector<Gap> gaps = GapsOf(arrivals, reach.safe);

  batcher::RandomStream random(seed, "waiting_callers");
  const Contrast found =
      Compare(arrivals, gaps, DeliveryTimes(ascending, reach.safe), kControls, random);
  if (found.sets < kFewestSets) {
    return std::nullopt;
  }
  double scale = 1;
  for (int shift = 0; shift < kShifts; ++shift) {
    const DeliveryTimes moved(Shifted(arrivals, ascending, random), reach.safe);
    const Contrast chance = Compare(arrivals, gaps, moved, kControlsOfShifts, random);
    if (chance.sets >= kFewestSets) {
      scale = std::max(scale, std::abs(chance.z) / kLargestOfShifts);
    }
  }
  WaitingTest test;
  if (found.z != 0) {
    const boost::math::students_t student(kBlocks - 1);
    test.p_value = boost::math::cdf(boost::math::complement(student, found.z / scale));
  }
  const Contrast wide =
      Compare(arrivals, gaps, DeliveryTimes(ascending, reach.whole), kControls, random);
  if (found.z > 0 && wide.ratio > 1) {
    test.share = wide.after * (1 - 1 / wide.ratio) / static_cast<double>(arrivals.size());
  }
  test.strong = test.p_value < kStrongP && test.share >= kStrongShare;
  return test;
}

}  // namespace results
