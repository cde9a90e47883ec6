// Goal: ramp and diurnal have the rate that they are documented with at every time, and are Poisson
// processes. Method: on a clock that runs as fast as the rate, the gaps of such a process are
// exponential with mean 1; the integral of the rate is a closed form.

#include <numbers>

#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using batcher::At;
using namespace std::chrono_literals;

// The gaps on that clock. `integral` is that of the rate, from the start to a time in seconds.
template <class Integral>
std::vector<double> GapsByRate(const std::vector<Arrival>& arrivals, const Integral& integral) {
  std::vector<double> gaps;
  double last = 0;
  for (const Arrival& arrival : arrivals) {
    const double now = integral(batcher::ToSeconds(arrival.at.time_since_epoch()));
    gaps.push_back(now - last);
    last = now;
  }
  return gaps;
}

double CallsBefore(const std::vector<Arrival>& arrivals, batcher::Duration end) {
  return static_cast<double>(
      std::count_if(arrivals.begin(), arrivals.end(),
                    [&](const Arrival& arrival) { return arrival.at < At(end); }));
}

// From 100/s to 300/s over 1,000 s: 200,000 calls +- 450, of which 75,000 +- 270 in the first half.
TEST(RampArrivalsTest, TheRateRisesEvenly) {
  const auto all = All(Open(R"({"kind": "ramp", "from": "100/s", "to": "300/s", "for": "1000s"})"));
  EXPECT_NEAR(static_cast<double>(all.size()), 200'000, 4 * 450);
  EXPECT_NEAR(CallsBefore(all, 500s), 75'000, 4 * 270);
  const auto gaps = GapsByRate(all, [](double t) { return 100 * t + 0.1 * t * t; });
  EXPECT_LT(KolmogorovDistance(gaps, ExponentialCdf), 1.63);
  EXPECT_NEAR(Variance(gaps), 1, 0.03);
  EXPECT_LT(all.back().at, At(1000s));
}

// 150,000 calls +- 390, of which the last quarter of the time has a sixteenth: 9,375 +- 97.
TEST(RampArrivalsTest, TheRateFallsToNothing) {
  const auto all = All(Open(R"({"kind": "ramp", "from": "300/s", "to": "0/s", "for": "1000s"})"));
  EXPECT_NEAR(static_cast<double>(all.size()), 150'000, 4 * 390);
  EXPECT_NEAR(static_cast<double>(all.size()) - CallsBefore(all, 750s), 9'375, 4 * 97);
  const auto gaps = GapsByRate(all, [](double t) { return 300 * t - 0.15 * t * t; });
  EXPECT_LT(KolmogorovDistance(gaps, ExponentialCdf), 1.63);
  EXPECT_LT(all.back().at, At(1000s));
}

// The first arrival of a rate of slope 1/s per second is the root of 2 e: 400 seeds of it.
TEST(RampArrivalsTest, TheRateRisesFromNothing) {
  std::vector<double> first;
  for (int seed = 0; seed < 400; ++seed) {
    const auto arrival =
        Open(R"({"kind": "ramp", "from": "0/s", "to": "100/s", "for": "100s"})", seed).Next();
    const double t = batcher::ToSeconds(arrival->at.time_since_epoch());
    first.push_back(t * t / 2);
  }
  EXPECT_LT(KolmogorovDistance(first, ExponentialCdf), 1.63);
}

TEST(RampArrivalsTest, TwoEqualEndsArePoisson) {
  const auto gaps =
      Gaps(All(Open(R"({"kind": "ramp", "from": "200/s", "to": "200/s", "for": "500s"})")));
  EXPECT_LT(KolmogorovDistance(gaps, [](double x) { return ExponentialCdf(200 * x); }), 1.63);
}

TEST(RampArrivalsTest, AnEndAndARateAreWanted) {
  EXPECT_EQ(Refused(R"({"kind": "ramp", "from": "1/s", "to": "9/s"})"),
            "test.json: arrivals.for: missing, wanted a duration with a unit, such as \"20ms\"");
  EXPECT_EQ(Refused(R"({"kind": "ramp", "from": "1/s", "to": "9/s", "count": 5})"),
            "test.json: arrivals.count: unknown field; allowed: kind, from, to, for");
  EXPECT_EQ(Refused(R"({"kind": "ramp", "from": "0/s", "to": "0/s", "for": "5s"})"),
            "test.json: arrivals: found rates below 0.0001/s at both ends, wanted one of at least "
            "0.0001/s");
  EXPECT_EQ(Refused(R"({"kind": "ramp", "from": "0/s", "to": "0.0001/s", "for": "5s"})"),
            "accepted");
}

// The integral of mean (1 + amplitude sin(2 pi t / period)).
double SineIntegral(double t, double mean, double amplitude, double period) {
  const double radians_per_s = 2 * std::numbers::pi / period;
  return mean * (t + amplitude / radians_per_s * (1 - std::cos(radians_per_s * t)));
}

// 100 periods of 10 s at 200/s: 200,000 calls +- 450. The first half of each period has 1 + 2 / pi
// times as many as by the mean alone: 163,662 +- 405 of them.
TEST(DiurnalArrivalsTest, TheRateIsASineAroundItsMean) {
  const auto all = All(Open(
      R"({"kind": "diurnal", "mean": "200/s", "amplitude": 1, "period": "10s", "for": "1000s"})"));
  EXPECT_NEAR(static_cast<double>(all.size()), 200'000, 4 * 450);
  const auto in_first_half = std::count_if(all.begin(), all.end(), [](const Arrival& arrival) {
    return arrival.at.time_since_epoch() % 10s < 5s;
  });
  EXPECT_NEAR(static_cast<double>(in_first_half), 163'662, 4 * 405);
  const auto gaps = GapsByRate(all, [](double t) { return SineIntegral(t, 200, 1, 10); });
  EXPECT_LT(KolmogorovDistance(gaps, ExponentialCdf), 1.63);
  EXPECT_NEAR(Variance(gaps), 1, 0.03);
}

TEST(DiurnalArrivalsTest, AnAmplitudeOfNothingIsPoisson) {
  const auto gaps = Gaps(All(Open(
      R"({"kind": "diurnal", "mean": "200/s", "amplitude": 0, "period": "10s", "for": "500s"})")));
  EXPECT_LT(KolmogorovDistance(gaps, [](double x) { return ExponentialCdf(200 * x); }), 1.63);
}

TEST(DiurnalArrivalsTest, TheAmplitudeIsAShare) {
  EXPECT_EQ(Refused(R"({"kind": "diurnal", "amplitude": 1.1, "count": 5})"),
            "test.json: arrivals.amplitude: found 1.1, wanted a number, at most 1");
  EXPECT_EQ(Refused(R"({"kind": "diurnal", "mean": "1/s", "count": 8640001})"),
            "test.json: arrivals: the last call would come after more than 2400h, wanted a smaller "
            "count or a higher rate");
}

}  // namespace
}  // namespace scenarios
