#include "results/lib/littles_law.h"

#include <gmock/gmock.h>

#include "results/lib/test_ledger.h"

namespace results {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Occupancy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(LittlesLawTest, TheStaysOfCallsAndBatchesAddUp) {
  batcher::CallRecord call;
  call.submitted = At(1ms);
  call.dispatched = At(3ms);
  call.delivered = At(7ms);
  batcher::BatchRecord batch;
  batch.dispatched = At(3ms);
  batch.replied = At(8ms);
  Occupancy stays;
  AddStay(call, stays);
  AddStay(call, stays);
  AddStay(batch, stays);
  EXPECT_EQ(stays, (Occupancy{.calls = 12'000'000, .queued = 4'000'000, .in_flight = 5'000'000}));
}

TEST(LittlesLawTest, NamesTheStageThatIsOffByANanosecond) {
  const Occupancy counted{.calls = 10, .queued = 5, .in_flight = 7};
  EXPECT_THAT(LittlesLawViolations(counted, counted), IsEmpty());
  EXPECT_THAT(LittlesLawViolations(counted, {.calls = 10, .queued = 6, .in_flight = 7}),
              ElementsAre("Little's law: calls queued counted over time are 5 ns, the stays in the "
                          "records 6 ns"));
  EXPECT_THAT(LittlesLawViolations(counted, {.calls = 11, .queued = 5, .in_flight = 6}),
              ElementsAre(HasSubstr("calls under way"), HasSubstr("batches in flight")));
}

}  // namespace
}  // namespace results
