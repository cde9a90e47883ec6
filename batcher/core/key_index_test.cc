#include "batcher/core/key_index.h"

#include <gtest/gtest.h>

#include <unordered_map>

#include "batcher/base/random.h"
#include "batcher/core/id_ring.h"

namespace batcher {
namespace {

// Sets, erases and finds keys at random, all of them multiples of `spacing`.
void CompareWithAMap(std::uint64_t keys, std::uint64_t spacing) {
  RandomStream random(1, "key_index");
  KeyIndex index;
  std::unordered_map<std::uint64_t, std::uint64_t> map;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t key = random.Below(keys) * spacing;
    if (random.Below(2) == 0) {
      index.Set(key, random.Below(5));
      map[key] = *index.Find(key);
    } else {
      index.Erase(key);
      map.erase(key);
    }
    const std::uint64_t other = random.Below(keys) * spacing;
    const auto found = map.find(other);
    ASSERT_EQ(index.Find(other), found == map.end() ? std::nullopt : std::optional(found->second));
    ASSERT_EQ(index.size(), map.size());
  }
}

TEST(KeyIndexTest, DoesWhatAMapDoes) { CompareWithAMap(300, 1); }

TEST(KeyIndexTest, DoesWhatAMapDoesIfManyKeysBelongInTheSameFewCells) {
  CompareWithAMap(50, std::uint64_t{1} << 58U);
}

TEST(IdRingTest, KeepsItemsReachableByIdWhileItGrowsAndWraps) {
  IdRing<int> ring;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(ring.Push(i), static_cast<std::uint64_t>(i));
    if (i % 3 == 2) {
      ring.Pop();
    }
    for (std::uint64_t id = ring.first(); id < ring.next(); id += 17) {
      ASSERT_EQ(ring[id], static_cast<int>(id));
    }
  }
  EXPECT_FALSE(ring.Contains(ring.first() - 1));
  EXPECT_TRUE(ring.Contains(ring.first()));
  EXPECT_FALSE(ring.Contains(ring.next()));
}

}  // namespace
}  // namespace batcher
