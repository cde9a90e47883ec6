#include "batcher/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "batcher/base/check.h"

namespace batcher {
namespace {

Result<int> Half(int number) {
  if (number % 2 != 0) {
    return Error{"odd"};
  }
  return number / 2;
}

TEST(ResultTest, HoldsTheValueThatAFunctionReturned) {
  const Result<int> half = Half(10);
  ASSERT_TRUE(half);
  EXPECT_TRUE(half.has_value());
  EXPECT_EQ(half.value(), 5);
  EXPECT_EQ(*half, 5);
}

TEST(ResultTest, HoldsTheErrorThatAFunctionReturned) {
  const Result<int> half = Half(11);
  ASSERT_FALSE(half);
  EXPECT_FALSE(half.has_value());
  EXPECT_EQ(half.error().message, "odd");
}

TEST(ResultTest, AFalseValueIsAValue) {
  const Result<bool> result = false;
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(*result);
}

TEST(ResultTest, TheValueCanBeChangedInPlace) {
  Result<std::string> name = std::string("batch");
  name->append("lab");
  EXPECT_EQ(*name, "batchlab");
  name.value() = "other";
  EXPECT_EQ(name->size(), 5U);
}

TEST(ResultTest, AValueThatCannotBeCopiedIsMovedOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
  Result<std::unique_ptr<int>> another = std::make_unique<int>(8);
  EXPECT_EQ(*std::unique_ptr<int>(*std::move(another)), 8);
}

TEST(ResultDeathTest, TheOtherContentIsAMistakeToAskFor) {
  EXPECT_DEATH(static_cast<void>(Half(11).value()), "CHECK failed: has_value");
  EXPECT_DEATH(static_cast<void>(*Half(11)), "CHECK failed: has_value");
  EXPECT_DEATH(static_cast<void>(Half(10).error()), "CHECK failed: !has_value");
}

TEST(CheckTest, PassesWithoutAWordAndEvaluatesItsConditionOnce) {
  int evaluated = 0;
  CHECK(++evaluated == 1);
  EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, NamesThePlaceAndTheCondition) {
  EXPECT_DEATH(CHECK(1 + 1 == 3), "result_test.cc:[0-9]+: CHECK failed: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace batcher
