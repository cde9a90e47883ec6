#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/test_folder.h"
#include "batcher/base/time.h"
#include "scenarios/arrivals.h"
#include "scenarios/load.h"
#include "scenarios/scenario.h"

namespace scenarios {

// The arrivals of a scenario that has these and nothing else.
inline ArrivalStream Open(const std::string& arrivals, int seed = 1) {
  const auto scenario = ParseScenario(
      R"({"arrivals": )" + arrivals + R"(, "seed": )" + std::to_string(seed) + "}", "test.json");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  auto stream = OpenArrivals(scenario.value());
  EXPECT_TRUE(stream) << (stream ? "" : stream.error().message);
  return stream.value();
}

// What is wrong with such a scenario.
inline std::string Refused(const std::string& arrivals) {
  const auto scenario = ParseScenario(R"({"arrivals": )" + arrivals + "}", "test.json");
  return scenario ? "accepted" : scenario.error().message;
}

inline std::vector<Arrival> All(ArrivalStream stream) {
  std::vector<Arrival> all;
  while (const auto arrival = stream.Next()) {
    all.push_back(*arrival);
  }
  return all;
}

inline std::vector<batcher::Duration> Times(const std::vector<Arrival>& arrivals) {
  std::vector<batcher::Duration> times;
  times.reserve(arrivals.size());
  for (const Arrival& arrival : arrivals) {
    times.push_back(arrival.at.time_since_epoch());
  }
  return times;
}

// In seconds; the first from the start.
inline std::vector<double> Gaps(const std::vector<Arrival>& arrivals) {
  std::vector<double> gaps;
  gaps.reserve(arrivals.size());
  batcher::Instant last;
  for (const Arrival& arrival : arrivals) {
    gaps.push_back(batcher::ToSeconds(arrival.at - last));
    last = arrival.at;
  }
  return gaps;
}

inline double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

inline double Variance(const std::vector<double>& values) {
  const double mean = Mean(values);
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return squares / static_cast<double>(values.size() - 1);
}

inline double ShareAbove(const std::vector<double>& values, double limit) {
  return static_cast<double>(std::count_if(values.begin(), values.end(),
                                           [&](double value) { return value > limit; })) /
         static_cast<double>(values.size());
}

// The largest difference between the share of values up to x and cdf(x), times the square root of
// their number: above 1.63 in one sample of 100 that is drawn from that distribution.
// Source: Kolmogorov, Sulla determinazione empirica di una legge di distribuzione (1933).
template <class Cdf>
double KolmogorovDistance(std::vector<double> values, const Cdf& cdf) {
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share = cdf(values[i]);
    largest = std::max({largest, share - static_cast<double>(i) / count,
                        static_cast<double>(i + 1) / count - share});
  }
  return largest * std::sqrt(count);
}

inline double ExponentialCdf(double over_mean) { return 1 - std::exp(-over_mean); }

inline std::uint64_t Fingerprint(const std::vector<Arrival>& arrivals) {
  std::string text;
  for (const Arrival& arrival : arrivals) {
    text += std::to_string(arrival.at.time_since_epoch().count()) + "\n";
  }
  return batcher::HashBytes(text);
}

}  // namespace scenarios
