#include "scenarios/recorded.h"

#include <gmock/gmock.h>

#include "scenarios/test_arrivals.h"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using batcher::At;
using batcher::Instant;
using testing::ElementsAre;

Trace Times(std::vector<Instant> times) {
  return std::make_shared<const std::vector<Instant>>(std::move(times));
}

TEST(RecordedTest, ArrivalsComeAtTheirTimesAndKeepTheirBursts) {
  const auto bursts = std::make_shared<const std::vector<std::uint32_t>>(
      std::vector<std::uint32_t>{0, kNoBurst, 1});
  const auto all = All(RecordedArrivals(Times({At(1ms), At(1ms), At(5ms)}), bursts));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].at, At(1ms));
  EXPECT_EQ(all[2].at, At(5ms));
  EXPECT_EQ(all[0].burst, 0U);
  EXPECT_EQ(all[1].burst, kNoBurst);
  EXPECT_EQ(all[2].burst, 1U);
}

// Two callers; the first thinks for 10 ms after its answer, the second never calls again.
TEST(RecordedTest, ASessionCallsAgainAsLongAfterItsAnswerAsItDid) {
  const auto sessions = std::make_shared<const std::vector<RecordedSession>>(
      std::vector<RecordedSession>{{.first = At(3ms), .thoughts = {10ms}}, {.first = At(1ms)}});
  ArrivalStream stream = RecordedSessions(sessions);
  EXPECT_TRUE(stream.waits());
  EXPECT_EQ(stream.Next()->at, At(1ms));
  EXPECT_EQ(stream.Next()->at, At(3ms));
  EXPECT_EQ(stream.next_at(), batcher::kNever);
  stream.Ended(0, At(40ms));
  EXPECT_EQ(stream.next_at(), batcher::kNever) << "the second caller is gone";
  stream.Ended(1, At(50ms));
  EXPECT_EQ(stream.Next()->at, At(60ms));
  stream.Ended(2, At(70ms));
  EXPECT_EQ(stream.next_at(), batcher::kNever);
}

TEST(RecordedTest, KeysComeInTurnOverAndOver) {
  KeyStream keys = RecordedKeys(
      std::make_shared<const std::vector<std::uint64_t>>(std::vector<std::uint64_t>{7, 7, 2}));
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 5; ++i) {
    seen.push_back(keys.Next());
  }
  EXPECT_THAT(seen, ElementsAre(7, 7, 2, 7, 7));
}

}  // namespace
}  // namespace scenarios
