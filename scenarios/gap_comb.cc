#include "scenarios/gap_comb.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>

namespace scenarios {
namespace {

using batcher::Duration;
using namespace std::chrono_literals;

// Gaps are counted in cells of equal ratio, since what is narrow is so in relation to the gap.
constexpr Duration kShortestGap = 1ms;
constexpr Duration kLongestGap = 1h;
constexpr double kCellRatio = 0.005;
constexpr std::size_t kWidestComb = 20;          // cells: 10 %
constexpr std::size_t kNarrowestNeighbour = 10;  // cells, on each side; else twice the comb
constexpr double kEdgeShare = 0.01;
constexpr std::size_t kMostCombs = 3;
constexpr std::int64_t kCoarsestRounding = std::chrono::nanoseconds(10ms).count();

const double kLogShortest = std::log(static_cast<double>(kShortestGap.count()));

double LogWidth() { return std::log(static_cast<double>(kLongestGap.count())) - kLogShortest; }

std::size_t Cells() { return static_cast<std::size_t>(LogWidth() / kCellRatio); }

// Where a cell begins, in nanoseconds.
double EdgeNs(std::size_t cell) {
  return std::exp(kLogShortest + static_cast<double>(cell) * kCellRatio);
}

// The largest power of ten, up to kCoarsestRounding, of which all gaps are multiples. 1 where all
// gaps but 0 are equal: that is no rounding but a metronome.
std::int64_t RoundingOf(std::span<const Duration> sorted) {
  std::int64_t divisor = 0;
  for (const Duration gap : sorted) {
    divisor = std::gcd(divisor, gap.count());
  }
  std::int64_t rounding = 1;
  while (divisor != sorted.back().count() && rounding < kCoarsestRounding &&
         divisor % (rounding * 10) == 0) {
    rounding *= 10;
  }
  return rounding;
}

// How many gaps lie in the cells below each edge. Equal gaps are spread evenly over what was
// rounded to them: else rounding would itself be a comb.
std::vector<double> CountBelow(std::span<const Duration> sorted) {
  const auto rounding = static_cast<double>(RoundingOf(sorted));
  std::vector<double> below(Cells() + 1, 0);
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end] == sorted[begin]) {
      ++end;
    }
    const auto equal = static_cast<double>(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      const double place = (static_cast<double>(i - begin) + 0.5) / equal - 0.5;
      const double gap_ns = static_cast<double>(sorted[begin].count()) + rounding * place;
      const double cell = (std::log(std::max(gap_ns, 1.0)) - kLogShortest) / kCellRatio;
      if (cell >= 0 && cell < static_cast<double>(Cells())) {
        below[static_cast<std::size_t>(cell) + 1] += 1;
      }
    }
  }
  std::partial_sum(below.begin(), below.end(), below.begin());
  return below;
}

// A bound for -ln P(at least `inside` of inside + outside), where each falls inside with the
// probability that the widths would give it at kCombDensity.
// Source: Chernoff, A measure of asymptotic efficiency (1952): P <= exp(-n KL(share || p)).
double Surprise(double inside, double outside, double width, double outside_width) {
  const double n = inside + outside;
  const double p = kCombDensity * width / (kCombDensity * width + outside_width);
  const double share = inside / n;
  if (n == 0 || share <= p) {
    return 0;
  }
  const double of_outside = outside == 0 ? 0 : outside * std::log((1 - share) / (1 - p));
  return inside * std::log(share / p) + of_outside;
}

struct Candidate {
  std::size_t begin = 0;  // cells
  std::size_t end = 0;
  double surprise = 0;
};

// How surprising it is that cells hold so many, beside the neighbourhood that explains it better.
double SurpriseOf(const std::vector<double>& below, std::size_t begin, std::size_t end) {
  const std::size_t width = end - begin;
  const std::size_t reach = std::max(2 * width, kNarrowestNeighbour);
  const double inside = below[end] - below[begin];
  const std::size_t left = begin - std::min(begin, reach);
  const std::size_t right = std::min(end + reach, below.size() - 1);
  const auto beside = [&](std::size_t from, std::size_t to) {
    // At the end of the scale, where the neighbourhood is cut short, it holds nothing to compare.
    return to - from < reach ? 0.0
                             : Surprise(inside, below[to] - below[from], static_cast<double>(width),
                                        static_cast<double>(reach));
  };
  return std::min(beside(left, begin), beside(end, right));
}

bool Overlaps(const std::vector<Candidate>& found, std::size_t begin, std::size_t end) {
  return std::any_of(found.begin(), found.end(), [&](const Candidate& other) {
    return begin < other.end && other.begin < end;
  });
}

// Without the cells at both ends that hold the outermost hundredth of it: where there is little
// else around, a single gap would draw the edges apart.
Candidate Trimmed(const std::vector<double>& below, Candidate comb) {
  const double spare = kEdgeShare * (below[comb.end] - below[comb.begin]);
  const Candidate whole = comb;
  while (below[comb.begin + 1] - below[whole.begin] <= spare) {
    ++comb.begin;
  }
  while (below[whole.end] - below[comb.end - 1] <= spare) {
    --comb.end;
  }
  return comb;
}

}  // namespace

std::vector<GapComb> FindCombs(std::span<const Duration> gaps) {
  if (gaps.empty()) {
    return {};
  }
  std::vector<Duration> sorted(gaps.begin(), gaps.end());
  std::sort(sorted.begin(), sorted.end());
  const std::vector<double> below = CountBelow(sorted);
  const double fewest = kCombShare * static_cast<double>(gaps.size());
  const double tried = static_cast<double>(Cells()) * static_cast<double>(kWidestComb) * 2;
  const double needed = std::log(tried / kCombFalseAlarm);
  std::vector<Candidate> found;
  std::vector<GapComb> combs;
  while (combs.size() < kMostCombs) {
    Candidate best;
    for (std::size_t begin = 0; begin < Cells(); ++begin) {
      for (std::size_t end = begin + 1; end <= std::min(begin + kWidestComb, Cells()); ++end) {
        if (below[end] - below[begin] < fewest || Overlaps(found, begin, end)) {
          continue;
        }
        const double surprise = SurpriseOf(below, begin, end);
        if (surprise > best.surprise) {
          best = {.begin = begin, .end = end, .surprise = surprise};
        }
      }
    }
    if (best.surprise < needed) {
      break;
    }
    found.push_back(best);
    const Candidate comb = Trimmed(below, best);
    const double inside = below[comb.end] - below[comb.begin];
    combs.push_back({.low = Duration(std::llround(EdgeNs(comb.begin))),
                     .high = Duration(std::llround(EdgeNs(comb.end))),
                     .share = inside / static_cast<double>(gaps.size())});
  }
  return combs;
}

double GapCv(std::span<const Duration> gaps) {
  if (gaps.empty()) {
    return 0;
  }
  const auto count = static_cast<double>(gaps.size());
  double sum = 0;
  for (const Duration gap : gaps) {
    sum += static_cast<double>(gap.count());
  }
  const double mean = sum / count;
  double squares = 0;
  for (const Duration gap : gaps) {
    const double beyond = static_cast<double>(gap.count()) - mean;
    squares += beyond * beyond;
  }
  return mean == 0 ? 0 : std::sqrt(squares / count) / mean;
}

}  // namespace scenarios
