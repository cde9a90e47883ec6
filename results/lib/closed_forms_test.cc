// Goal: the closed forms are right.
// Method: figures that were worked out independently, with another program, to nine digits.

#include <gtest/gtest.h>

#include <cmath>

#include "results/lib/natural_forms.h"
#include "results/lib/poisson_law.h"
#include "results/lib/poll_forms.h"
#include "results/lib/quantile_of.h"
#include "results/lib/queue_forms.h"
#include "results/lib/window_forms.h"

namespace {

using results::BatchForm;
using results::PoissonLaw;
using results::PollForm;
using results::QuantileOf;
using results::QueueForm;
using results::ServedForm;

// To six digits.
void ExpectNear(double value, double expected) {
  EXPECT_NEAR(value, expected, std::abs(expected) * 1e-6);
}

TEST(PoissonLawTest, HasTheProbabilitiesOfSmallAndLargeMeans) {
  ExpectNear(PoissonLaw(3).At(2), 0.224041808);
  ExpectNear(PoissonLaw(3).UpTo(2), 0.423190081);
  ExpectNear(PoissonLaw(10'000).From(10'000), 0.501329807);
  EXPECT_EQ(PoissonLaw(0).At(0), 1);
  EXPECT_EQ(PoissonLaw(0).From(1), 0);
}

TEST(QuantileOfTest, FindsAtomsAndSlopes) {
  const auto half_at_two = [](double t) { return t < 2 ? 0.25 : 0.75; };
  EXPECT_EQ(QuantileOf(half_at_two, 0.1, 1), 0);
  ExpectNear(QuantileOf(half_at_two, 0.5, 1), 2);
  ExpectNear(QuantileOf([](double t) { return 1 - std::exp(-t); }, 0.99, 1), std::log(100));
}

TEST(QueueFormsTest, MarkovQueues) {
  const QueueForm one = results::MarkovQueue(80, 0.01, 1);
  ExpectNear(one.share_waiting, 0.8);
  ExpectNear(one.mean_wait, 0.04);
  ExpectNear(QuantileOf(one.latency_up_to, 0.5, 0.01), 0.034657359);
  ExpectNear(QuantileOf(one.latency_up_to, 0.99, 0.01), 0.230258509);
  ExpectNear(QuantileOf(one.wait_up_to, 0.99, 0.01), 0.219101332);
  const QueueForm four = results::MarkovQueue(320, 0.01, 4);
  ExpectNear(four.share_waiting, 0.596432472);
  ExpectNear(four.mean_wait, 0.0074554059);
  ExpectNear(320 * four.mean_wait, 2.38572989);
  ExpectNear(QuantileOf(four.wait_up_to, 0.99, 0.01), 0.0511047617);
}

TEST(QueueFormsTest, OtherServicesAndArrivals) {
  const QueueForm constant = results::ConstantServiceQueue(80, 0.01);
  ExpectNear(constant.mean_wait, 0.02);
  ExpectNear(QuantileOf(constant.wait_up_to, 0.5, 0.01), 0.0127593987);
  ExpectNear(QuantileOf(constant.wait_up_to, 0.99, 0.01), 0.103558868);
  ExpectNear(constant.latency_up_to(0.0227593987), 0.5);
  EXPECT_EQ(constant.latency_up_to(0.009), 0);
  const QueueForm general = results::GeneralQueue(70, 0.01, 1.5);
  ExpectNear(general.mean_wait, 0.0379166667);
  ExpectNear(70 * general.mean_wait, 2.65416667);
  const QueueForm regular = results::RegularQueue(80, 0.01);
  ExpectNear(regular.share_waiting, 0.628629796);
  ExpectNear(regular.mean_wait, 0.0169273084);
  ExpectNear(QuantileOf(regular.latency_up_to, 0.99, 0.01), 0.124004838);
}

// At a high load the terms of the law are as large as exp(load x t / service) where they alternate.
TEST(QueueFormsTest, TheLawOfConstantServiceIsOneFarOut) {
  const QueueForm busy = results::ConstantServiceQueue(97, 0.01);
  EXPECT_GT(busy.wait_up_to(3), 1 - 1e-7);
  EXPECT_LE(busy.wait_up_to(3), 1 + 1e-12);
}

TEST(WindowFormsTest, Windows) {
  const BatchForm window = results::WindowForm(100, 0.02);
  ExpectNear(window.calls_per_batch, 3);
  ExpectNear(window.mean_wait, 0.0133333333);
  ExpectNear(QuantileOf(window.wait_up_to, 0.5, 0.01), 0.015);
  ExpectNear(QuantileOf(window.wait_up_to, 0.99, 0.01), 0.02);
  ExpectNear(window.mean_wait + results::WindowService(100, 0.02, 0.03, 0.0005), 0.0451666667);
  const BatchForm full = results::FullWindowForm(100, 0.05, 4);
  ExpectNear(full.calls_per_batch, 3.82818235);
  ExpectNear(full.batches_per_call(), 0.261220576);
  ExpectNear(full.mean_wait, 0.0144675727);
  ExpectNear(full.wait_up_to(0), 0.228658904);
  ExpectNear(QuantileOf(full.wait_up_to, 0.5, 0.01), 0.0106797283);
  ExpectNear(QuantileOf(full.wait_up_to, 0.99, 0.01), 0.05);
  ExpectNear(results::FullShare(100, 0.05, 4), 0.875347981);
}

TEST(WindowFormsTest, TicksCountsAndPrices) {
  const BatchForm tick = results::TickForm(30, 0.1, 0);
  ExpectNear(tick.batches_per_call(), 0.316737644);
  ExpectNear(tick.calls_per_batch, 3.15718709);
  ExpectNear(QuantileOf(tick.wait_up_to, 0.99, 0.1), 0.099);
  ExpectNear(results::TickForm(300, 0.1, 10).batches_per_call(), 0.114964985);
  const BatchForm count = results::CountForm(100, 14);
  ExpectNear(count.mean_wait, 0.065);
  ExpectNear(QuantileOf(count.wait_up_to, 0.5, 0.1), 0.060058463);
  ExpectNear(QuantileOf(count.wait_up_to, 0.99, 0.1), 0.188176742);
  const BatchForm balance = results::BalanceForm(100, 0.1);
  ExpectNear(balance.calls_per_batch, 4.82405379);
  ExpectNear(balance.mean_wait, 0.0207294538);
}

TEST(NaturalFormsTest, TheLoopOfTheArticle) {
  const ServedForm constant = results::LoopForm(5, 0.1, {.base = 0.25});
  ExpectNear(constant.share_nonempty, 0.693651827);
  ExpectNear(constant.batches.batches_per_call(), 0.507402308);
  ExpectNear(constant.batches.mean_wait, 0.160994255);
  ExpectNear(constant.mean_latency, 0.410994255);
  ExpectNear(QuantileOf(constant.batches.wait_up_to, 0.5, 0.1), 0.152917728);
  ExpectNear(QuantileOf(constant.batches.wait_up_to, 0.99, 0.1), 0.346058355);
  const ServedForm linear = results::LoopForm(12, 0.1, {.base = 0.05, .per_item = 0.02});
  ExpectNear(linear.share_nonempty, 0.88155313);
  ExpectNear(linear.batches.batches_per_call(), 0.387511149);
  ExpectNear(linear.batches.mean_wait, 0.0995734314);
  ExpectNear(linear.mean_latency, 0.217368678);
}

TEST(NaturalFormsTest, OneSlot) {
  const ServedForm constant = results::NaturalForm(40, {.base = 0.05});
  ExpectNear(constant.batches.calls_per_batch, 2.13533528);
  ExpectNear(constant.batches.mean_wait, 0.0234155265);
  ExpectNear(constant.share_at_once, 0.0633789383);
  ExpectNear(constant.batches.wait_up_to(0), 0.0633789383);
  ExpectNear(QuantileOf(constant.batches.wait_up_to, 0.5, 0.1), 0.023308309);
  ExpectNear(QuantileOf(constant.batches.wait_up_to, 0.99, 0.1), 0.0494661662);
  ExpectNear(constant.busy, 0.936621062);
  const results::LinearService service{.base = 0.03, .per_item = 0.004};
  const ServedForm linear = results::NaturalForm(100, service);
  ExpectNear(linear.batches.calls_per_batch, 5.01643546);
  ExpectNear(linear.batches.mean_wait, 0.0259172775);
  ExpectNear(linear.mean_latency, 0.0806510995);
  ExpectNear(linear.busy, 0.998034207);
  ExpectNear(linear.mean_square, 31.0189054);
  ExpectNear(results::NaturalLatencyBound(100, service), 0.0807142857);
  EXPECT_LE(linear.mean_latency, results::NaturalLatencyBound(100, service));
}

TEST(NaturalFormsTest, SlotsAndSizes) {
  const ServedForm slots = results::ExponentialNaturalForm(100, 0.05, 3);
  ExpectNear(1 - slots.share_at_once, 0.750187547);
  ExpectNear(slots.busy, 2.65566392);
  ExpectNear(slots.batches.batches_per_call(), 0.531132783);
  ExpectNear(slots.batches.mean_wait, 0.0125031258);
  ExpectNear(slots.mean_latency, 0.0625031258);
  ExpectNear(QuantileOf(slots.batches.wait_up_to, 0.99, 0.1), 0.0719623024);
  const ServedForm full = results::ExponentialFullForm(70, 0.05, 5);
  ExpectNear(1 - full.busy, 0.0322456225);
  ExpectNear(full.batches.mean_wait, 0.104722721);
  ExpectNear(70 * full.batches.mean_wait, 7.33059048);
  ExpectNear(full.batches.batches_per_call(), 0.276501251);
  const ServedForm constant = results::ConstantFullForm(80, 0.05, 5);
  ExpectNear(constant.batches.batches_per_call(), 0.249297327);
  ExpectNear(constant.batches.mean_wait, 0.0393421101);
  ExpectNear(1 - constant.busy, 0.00281069231);
  const ServedForm threshold = results::ThresholdForm(40, 0.05, 4);
  ExpectNear(threshold.batches.calls_per_batch, 4.07514101);
  ExpectNear(threshold.batches.mean_wait, 0.0388374847);
  ExpectNear(threshold.busy, 0.490780563);
}

TEST(PollFormsTest, FixedAndScheduledPolls) {
  const PollForm exponential = results::FixedPolls(results::ExponentialReady(0.5), 0.12);
  ExpectNear(exponential.polls, 4.68664749);
  ExpectNear(exponential.extra, 0.0623976992);
  const PollForm lognormal = results::FixedPolls(results::LognormalReady(0.5, 0.5), 0.23);
  ExpectNear(lognormal.polls, 2.67640301);
  ExpectNear(lognormal.extra, 0.115572691);
  const PollForm pareto = results::ScheduledPolls(results::ParetoReady(0.1, 2.5), 0.15, 1.5);
  ExpectNear(pareto.polls, 1.56958119);
  ExpectNear(pareto.seen, 0.209728785);
  ExpectNear(pareto.extra, 0.0430621187);
}

TEST(PollFormsTest, AWindowThatIsPolledFor) {
  const results::PipelineForm pipeline =
      results::PolledWindow(100, 0.02, {.base = 0.03, .per_item = 0.004}, 0.015, 0.004);
  ExpectNear(pipeline.batches.batches_per_call(), 0.333333333);
  ExpectNear(pipeline.polls_per_batch, 3.3278657);
  ExpectNear(pipeline.batches.mean_wait, 0.0133333333);
  ExpectNear(pipeline.mean_latency, 0.0700787047);
}

}  // namespace
