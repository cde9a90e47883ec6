#include "results/lib/comparison.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace results {
namespace {

constexpr double kLevel = 0.95;

// A pair with the interval of its difference at any level.
struct Candidate {
  ComparedPair pair = {};
  DifferenceAt difference = {};
};

// Adds what can be told of a pair, if anything.
void AddCandidate(Candidate candidate, std::vector<Candidate>& candidates) {
  if (const std::optional<Interval> difference = candidate.difference(kLevel)) {
    candidate.pair.difference = *difference;
    candidates.push_back(std::move(candidate));
  }
}

std::vector<ComparedPair> Judged(const std::vector<Candidate>& candidates) {
  std::vector<DifferenceAt> differences;
  for (const Candidate& candidate : candidates) {
    if (!candidate.pair.Same()) {
      differences.push_back(candidate.difference);
    }
  }
  const std::vector<bool> shown = ShownAmongMany(differences);
  std::vector<ComparedPair> pairs;
  std::size_t judged = 0;
  for (const Candidate& candidate : candidates) {
    pairs.push_back(candidate.pair);
    pairs.back().shown = !candidate.pair.Same() && shown[judged++];
  }
  return pairs;
}

// The values of one quantity, by seed.
std::map<std::uint64_t, double> ValuesOf(const PointValues& point, std::size_t quantity) {
  std::map<std::uint64_t, double> values;
  for (const auto& [seed, all] : point) {
    if (all[quantity]) {
      values[seed] = *all[quantity];
    }
  }
  return values;
}

double MeanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

// One quantity of one point of two sweeps.
std::optional<Candidate> CandidateOf(const PointValues& a, const PointValues& b,
                                     std::size_t quantity) {
  std::vector<double> of_a;
  std::vector<double> of_b;
  const auto values_a = ValuesOf(a, quantity);
  const auto values_b = ValuesOf(b, quantity);
  for (const auto& [seed, value] : values_a) {
    if (const auto same = values_b.find(seed); same != values_b.end()) {
      of_a.push_back(value);
      of_b.push_back(same->second);
    }
  }
  const bool paired = of_a.size() >= 2;
  if (!paired) {
    of_a.clear();
    of_b.clear();
    std::ranges::transform(values_a, std::back_inserter(of_a), [](auto& v) { return v.second; });
    std::ranges::transform(values_b, std::back_inserter(of_b), [](auto& v) { return v.second; });
  }
  if (of_a.size() < 2 || of_b.size() < 2) {
    return std::nullopt;
  }
  return Candidate{.pair = {.a = MeanOf(of_a), .b = MeanOf(of_b)}, .difference = [=](double level) {
                     return paired ? PairedDifference(of_b, of_a, level)
                                   : WelchDifference(of_a, of_b, level);
                   }};
}

}  // namespace

std::optional<Interval> ComparedPair::Relative() const {
  if (a == 0) {
    return std::nullopt;
  }
  const double whole = std::abs(a);
  return Interval{.estimate = difference.estimate / whole,
                  .low = difference.low / whole,
                  .high = difference.high / whole};
}

bool ComparedPair::Same() const {
  constexpr double kRounding = 1e-12;
  return std::max(std::abs(difference.low), std::abs(difference.high)) <= kRounding * std::abs(a);
}

std::vector<ComparedPair> CompareRuns(const Ledger& a, const Ledger& b) {
  const auto known_a = std::make_shared<const KnownQuantities>(a);
  const auto known_b = std::make_shared<const KnownQuantities>(b);
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < ComparedQuantities().size(); ++i) {
    const auto of_a = known_a->At(i, kLevel);
    const auto of_b = known_b->At(i, kLevel);
    if (!of_a || !of_b) {
      continue;
    }
    AddCandidate(
        {.pair = {.quantity = ComparedQuantities()[i], .a = of_a->estimate, .b = of_b->estimate},
         .difference = [=](double level) -> std::optional<Interval> {
           const auto at_a = known_a->At(i, level);
           const auto at_b = known_b->At(i, level);
           return at_a && at_b ? std::optional(DifferenceOf(*at_a, *at_b)) : std::nullopt;
         }},
        candidates);
  }
  return Judged(candidates);
}

std::vector<ComparedPair> CompareSweeps(const std::map<std::string, PointValues>& a,
                                        const std::map<std::string, PointValues>& b,
                                        const std::vector<std::string>& points) {
  std::vector<Candidate> candidates;
  for (const std::string& point : points) {
    const auto of_a = a.find(point);
    const auto of_b = b.find(point);
    if (of_a == a.end() || of_b == b.end()) {
      continue;
    }
    for (std::size_t i = 0; i < ComparedQuantities().size(); ++i) {
      if (auto candidate = CandidateOf(of_a->second, of_b->second, i)) {
        candidate->pair.point = point;
        candidate->pair.quantity = ComparedQuantities()[i];
        AddCandidate(*std::move(candidate), candidates);
      }
    }
  }
  return Judged(candidates);
}

}  // namespace results
