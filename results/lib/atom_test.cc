#include "results/lib/atom.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace results {
namespace {

std::optional<Atom> AtomOf(const std::vector<double>& values) { return FindAtom(values); }

TEST(AtomTest, IsTheValueOfMoreThanHalf) {
  const auto atom = AtomOf({150, 100, 100, 100, 250});
  ASSERT_TRUE(atom);
  EXPECT_EQ(atom->value, 100);
  EXPECT_DOUBLE_EQ(atom->share, 0.6);
}

TEST(AtomTest, IsNotAValueOfJustHalf) {
  EXPECT_FALSE(AtomOf({100, 100, 150, 250}));
  EXPECT_TRUE(AtomOf({100, 100, 100, 250}));
}

TEST(AtomTest, TellsTheDistanceToTheNearestOtherValueOnEitherSide) {
  EXPECT_EQ(AtomOf({100, 100, 100, 150, 250})->next_step, 50);
  EXPECT_EQ(AtomOf({100, 100, 100, 70, 20})->next_step, 30);
  EXPECT_EQ(AtomOf({100, 100, 100, 70, 110})->next_step, 10);
}

TEST(AtomTest, HasNoNextStepIfAllValuesAreEqual) {
  const auto atom = AtomOf({100, 100});
  ASSERT_TRUE(atom);
  EXPECT_EQ(atom->share, 1);
  EXPECT_FALSE(atom->next_step);
}

TEST(AtomTest, IsExact) { EXPECT_FALSE(AtomOf({100, 100 + 1e-9, 100 - 1e-9})); }

TEST(AtomTest, NeedsTwoFiniteValues) {
  EXPECT_FALSE(AtomOf({}));
  EXPECT_FALSE(AtomOf({100}));
  EXPECT_FALSE(AtomOf({100, 100, 100, std::nan("")}));
}

}  // namespace
}  // namespace results
