#include "bench/outcome_audit.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

class Numbers final : public CallSource {
 public:
  batcher::Instant next_at() override { return {}; }
  PlannedCall Take() override {
    PlannedCall planned;
    planned.call = next_++;
    return planned;
  }
  bool waits() const override { return true; }
  void Ended(std::uint64_t call, batcher::Instant /*at*/) override { ended = call; }
  double ShareDone(batcher::Instant /*at*/) const override { return 0.5; }

  std::uint64_t ended = 0;

 private:
  std::uint64_t next_ = 7;
};

class OutcomeAuditTest : public testing::Test {
 protected:
  void Make(int calls) {
    for (int i = 0; i < calls; ++i) {
      (void)audit_.Take();
    }
  }

  Numbers numbers_;
  OutcomeAudit audit_{numbers_};
};

TEST_F(OutcomeAuditTest, HandsOnWhatTheSourceSays) {
  EXPECT_EQ(audit_.Take().call, 7U);
  EXPECT_EQ(audit_.Take().call, 8U);
  EXPECT_TRUE(audit_.waits());
  EXPECT_EQ(audit_.next_at(), batcher::Instant());
  EXPECT_EQ(audit_.ShareDone({}), 0.5);
  audit_.Ended(8, {});
  EXPECT_EQ(numbers_.ended, 8U);
}

TEST_F(OutcomeAuditTest, OneOutcomeEachIsAllRight) {
  Make(3);
  EXPECT_EQ(audit_.counts().unanswered, 3U);
  EXPECT_FALSE(audit_.counts().one_outcome_each());
  audit_.Answered(8);
  audit_.Answered(7);
  Make(1);
  audit_.Answered(9);
  audit_.Answered(10);
  const AuditCounts counts = audit_.counts();
  EXPECT_TRUE(counts.one_outcome_each());
  EXPECT_EQ(counts.made, 4U);
  EXPECT_EQ(counts.most_unanswered, 3U);
}

TEST_F(OutcomeAuditTest, ASecondOutcomeAndOneForNoCallAreFound) {
  Make(1);
  audit_.Answered(7);
  audit_.Answered(7);
  audit_.Answered(1);
  EXPECT_EQ(audit_.counts().answered_twice, 2U);
  EXPECT_EQ(audit_.counts().unanswered, 0U);
  EXPECT_FALSE(audit_.counts().one_outcome_each());
}

}  // namespace
}  // namespace bench
