// Goal: the simulator agrees with mathematics for any numbers, and what compares them notices a
// fault of 2 % wherever it is.
// Method: every case at its own numbers and at others, in runs short beside those of the command;
// then one case after the other with something skewed on purpose.

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "batcher/core/engine.h"
#include "batcher/runtime/virtual_world.h"
#include "bench/simulated_service.h"
#include "bench/verify_run.h"
#include "bench/verify_text.h"
#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace {

using batcher::Choice;
using batcher::Duration;
using batcher::Instant;
using bench::VerifiedCase;
using bench::Verify;
using bench::VerifyCase;
using bench::VerifySize;
using bench::VerifyVerdict;

constexpr VerifySize kShort{.calls = 200'000, .replications = 20, .first_seed = 5};

VerifiedCase Verified(const VerifyCase& verify_case, const Choice& numbers, const VerifySize& size,
                      const bench::Simulator& simulate = bench::SimulateInto) {
  auto verified = Verify(verify_case, numbers, size, {.simulate = simulate});
  EXPECT_TRUE(verified) << verified.error().message;
  EXPECT_TRUE(*verified);
  return **std::move(verified);
}

class EveryCaseTest : public testing::TestWithParam<std::string> {};

TEST_P(EveryCaseTest, AgreesAtItsOwnNumbers) {
  const VerifyCase& verify_case = *bench::FindVerifyCase(GetParam());
  const VerifiedCase verified = Verified(verify_case, Choice(verify_case.spec), kShort);
  EXPECT_NE(verified.verdict(), VerifyVerdict::kDiffers) << bench::VerifyText({verified}, {});
  EXPECT_GE(verified.quantities.size(), 3U);
}

// About half of the rate, and batches of three.
TEST_P(EveryCaseTest, AgreesAtOtherNumbers) {
  const VerifyCase& verify_case = *bench::FindVerifyCase(GetParam());
  Choice numbers(verify_case.spec);
  numbers.Set("rate", numbers.Number("rate") * 0.47);
  if (verify_case.spec.Find("size") != nullptr) {
    numbers.Set("size", 3);
  }
  const VerifiedCase verified = Verified(verify_case, numbers, kShort);
  EXPECT_NE(verified.verdict(), VerifyVerdict::kDiffers) << bench::VerifyText({verified}, {});
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const VerifyCase& verify_case : bench::VerifyCases()) {
    names.emplace_back(verify_case.spec.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Verify, EveryCaseTest, testing::ValuesIn(Names()),
                         [](const auto& name) { return name.param; });

TEST(VerifyTest, ThereAreTwentyThreeCases) { EXPECT_EQ(bench::VerifyCases().size(), 23U); }

constexpr VerifySize kSkewed{.calls = 1'000'000, .replications = 50, .first_seed = 9};
constexpr double kSkew = 1.02;

// Whether a quantity differs, of a case with that change.
VerifyVerdict VerdictWith(const std::string& name, const VerifySize& size,
                          const std::function<void(VerifyCase&)>& change) {
  VerifyCase skewed = *bench::FindVerifyCase(name);
  const Choice numbers(skewed.spec);
  change(skewed);
  return Verified(skewed, numbers, size).verdict();
}

TEST(VerifySkewTest, WithoutAnySkewAllIsWell) {
  EXPECT_EQ(VerdictWith("window", kSkewed, [](VerifyCase&) {}), VerifyVerdict::kAgrees);
}

// Each formula by itself: none of the quantities is there for show.
TEST(VerifySkewTest, AFormulaThatIsWrongByTwoPercentIsFound) {
  VerifyCase skewed = *bench::FindVerifyCase("window");
  const Choice numbers(skewed.spec);
  const auto right = skewed.predictions;
  const std::size_t count = right(numbers).size();
  for (std::size_t i = 0; i < count; ++i) {
    skewed.predictions = [&right, i](const Choice& choice) {
      std::vector<bench::Prediction> wrong = right(choice);
      wrong[i].exact *= kSkew;
      return wrong;
    };
    const VerifiedCase verified = Verified(skewed, numbers, kSkewed);
    for (std::size_t j = 0; j < count; ++j) {
      EXPECT_EQ(verified.quantities[j].verdict == VerifyVerdict::kDiffers, i == j)
          << i << " " << verified.quantities[j].quantity;
    }
  }
}

// What is added to the overrides of a case.
std::function<void(VerifyCase&)> Adding(const std::string& override) {
  return [override](VerifyCase& skewed) {
    skewed.overrides = [override, right = skewed.overrides](const Choice& numbers) {
      std::vector<std::string> overrides = right(numbers);
      overrides.push_back(override);
      return overrides;
    };
  };
}

TEST(VerifySkewTest, AServiceThatIsSlowerByTwoPercentIsFound) {
  EXPECT_EQ(VerdictWith("window", kSkewed, Adding("server.batch.base=30.6ms")),
            VerifyVerdict::kDiffers);
  EXPECT_EQ(VerdictWith("natural", kSkewed, Adding("server.batch.base=51ms")),
            VerifyVerdict::kDiffers);
  EXPECT_EQ(VerdictWith("poll_exponential", kSkewed, Adding("server.batch.base.mean=510ms")),
            VerifyVerdict::kDiffers);
}

TEST(VerifySkewTest, APolicyWhoseBoundaryIsLaterByTwoPercentIsFound) {
  EXPECT_EQ(VerdictWith("window", kSkewed, Adding("batcher.policy.window=20.4ms")),
            VerifyVerdict::kDiffers);
  EXPECT_EQ(VerdictWith("tick", kSkewed, Adding("batcher.policy.period=102ms")),
            VerifyVerdict::kDiffers);
  EXPECT_EQ(VerdictWith("balance", kSkewed, Adding("batcher.policy.price=102ms")),
            VerifyVerdict::kDiffers);
}

// A service of which each 50th reply is told after the call that comes next.
class OvertakenService final : public batcher::VirtualService {
 public:
  OvertakenService(batcher::VirtualService& service, scenarios::ArrivalStream arrivals)
      : service_(service), arrivals_(std::move(arrivals)) {}

  std::optional<batcher::VirtualReply> Serve(const batcher::Send& send,
                                             std::span<const batcher::Entry> entries,
                                             std::uint64_t first_call, Instant now) override {
    auto reply = service_.Serve(send, entries, first_call, now);
    constexpr int kEach = 50;
    if (reply && ++replies_ % kEach == 0) {
      while (arrivals_.next_at() != batcher::kNever && arrivals_.next_at() <= reply->at) {
        (void)arrivals_.Take();
      }
      if (arrivals_.next_at() != batcher::kNever) {
        reply->at = arrivals_.next_at() + Duration(1);
      }
    }
    return reply;
  }

 private:
  batcher::VirtualService& service_;
  scenarios::ArrivalStream arrivals_;
  int replies_ = 0;
};

// The arrivals as the virtual world takes them.
struct Calls {
  Instant next_at() { return arrivals.next_at(); }
  batcher::VirtualArrival Take() {
    const scenarios::Arrival arrival = arrivals.Take();
    return {.at = arrival.at, .call = arrival.ordinal, .key = arrival.ordinal};
  }
  scenarios::ArrivalStream arrivals;
};

batcher::Result<std::optional<std::vector<std::string>>> SimulateOutOfOrder(
    const scenarios::Scenario& scenario, const bench::RunControl& /*control*/,
    bench::RecordKeeper& keeper) {
  const auto arrivals = scenarios::OpenArrivals(scenario);
  const auto keys = scenarios::OpenKeys(scenario);
  batcher::Engine engine(bench::EngineOptionsOf(scenario));
  bench::SimulatedService in_order(scenario, *keys);
  OvertakenService service(in_order, *arrivals);
  batcher::VirtualWorld world(engine, service, [&](const batcher::Effects& effects) {
    for (const batcher::EndedCall& ended : effects.calls) {
      keeper.End(ended.record);
    }
    for (const batcher::EndedBatch& ended : effects.batches) {
      keeper.End(ended.record);
    }
  });
  Calls calls{.arrivals = *arrivals};
  world.Run(calls);
  return std::optional<std::vector<std::string>>(std::in_place);
}

TEST(VerifySkewTest, EventsOfWhichTwoPercentAreOutOfOrderAreFound) {
  const VerifyCase& queue = *bench::FindVerifyCase("mm1");
  const Choice numbers(queue.spec);
  EXPECT_NE(Verified(queue, numbers, kSkewed).verdict(), VerifyVerdict::kDiffers);
  EXPECT_EQ(Verified(queue, numbers, kSkewed, SimulateOutOfOrder).verdict(),
            VerifyVerdict::kDiffers);
}

TEST(VerifyTest, ARunTooShortToTellSaysSo) {
  const VerifyCase& queue = *bench::FindVerifyCase("mm1");
  const VerifiedCase verified =
      Verified(queue, Choice(queue.spec), {.calls = 200'000, .replications = 20});
  EXPECT_EQ(verified.verdict(), VerifyVerdict::kTooNoisy);
}

TEST(VerifyTest, NumbersWithoutAnAnswerAreRefused) {
  const auto refused = [](const std::string& name, const std::string& field, double value) {
    const VerifyCase& verify_case = *bench::FindVerifyCase(name);
    Choice numbers(verify_case.spec);
    numbers.Set(field, value);
    const auto verified = Verify(verify_case, numbers, kShort);
    return verified ? "" : verified.error().message;
  };
  EXPECT_EQ(refused("mm1", "rate", 100),
            "mm1: the slots are asked for 1 of their time; wanted at most 0.97");
  EXPECT_EQ(refused("natural_full", "rate", 99),
            "natural_full: the slots are asked for 0.99 of their time; wanted at most 0.95");
  EXPECT_EQ(refused("window", "window", 100e9),
            "window: a batch would have about 1e+04 calls; wanted at most 1000");
  EXPECT_EQ(refused("window_full", "size", 1), "window_full: size: found 1, wanted at least 2");
}

TEST(VerifyTest, ThreadsChangeNoNumber) {
  const VerifyCase& window = *bench::FindVerifyCase("window");
  VerifySize two = kShort;
  two.jobs = 2;
  EXPECT_EQ(bench::VerifyText({Verified(window, Choice(window.spec), kShort)}, {}),
            bench::VerifyText({Verified(window, Choice(window.spec), two)}, {}));
}

}  // namespace
