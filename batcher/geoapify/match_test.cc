#include "batcher/geoapify/match.h"

#include <gmock/gmock.h>

#include <utility>

namespace batcher::geoapify {
namespace {

using testing::ElementsAre;

// An item with a position by which the test knows it again.
Item Found(double lat, std::optional<std::string> text) {
  return {.text = std::move(text),
          .result = {.outcome = Outcome::kValue, .value = Place{.lat = lat}}};
}

// The latitude that each key got; -1: its result is missing.
std::vector<double> Latitudes(const Matched& matched) {
  std::vector<double> latitudes;
  for (const ItemResult<Place>& result : matched.results) {
    latitudes.push_back(result.outcome == Outcome::kMissingResult ? -1 : result.value->lat);
  }
  return latitudes;
}

using Keys = std::vector<std::string>;

TEST(MatchItemsTest, HandsItemsInOrderToTheirKeys) {
  const Keys keys = {"a", "b", "c"};
  const Matched matched = MatchItems(keys, {Found(1, "a"), Found(2, "b"), Found(3, "c")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(1, 2, 3));
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, ReorderedItemsFindTheirKeys) {
  const Keys keys = {"a", "b", "c", "d"};
  const Matched matched =
      MatchItems(keys, {Found(3, "c"), Found(2, "b"), Found(4, "d"), Found(1, "a")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, AShiftedAnswerGivesNobodyANeighboursPlace) {
  const Keys keys = {"a", "b", "c"};
  const Matched matched = MatchItems(keys, {Found(2, "b"), Found(3, "c")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(-1, 2, 3));
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, CountsAndIgnoresWhatBelongsToNoKey) {
  const Keys keys = {"a", "b"};
  const Matched matched =
      MatchItems(keys, {Found(1, "a"), Found(9, "unknown"), Found(2, "b"), Found(8, "a")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(1, 2));
  EXPECT_EQ(matched.mismatches, 2U);
}

TEST(MatchItemsTest, EqualKeysGetOneItemEach) {
  const Keys keys = {"b", "a", "a"};
  const Matched matched = MatchItems(keys, {Found(1, "a"), Found(2, "a"), Found(3, "a")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(-1, 2, 3));
  EXPECT_EQ(matched.mismatches, 1U);
}

TEST(MatchItemsTest, EqualKeysGetReorderedItemsFirstToFirst) {
  const Keys keys = {"a", "a", "b"};
  const Matched matched = MatchItems(keys, {Found(3, "b"), Found(1, "a"), Found(2, "a")});
  EXPECT_THAT(Latitudes(matched), ElementsAre(2, 1, 3)) << "index 1 names its own key";
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, AnEmptyAnswerLeavesEveryKeyMissing) {
  const Keys keys = {"a", "b"};
  const Matched matched = MatchItems(keys, {});
  EXPECT_THAT(Latitudes(matched), ElementsAre(-1, -1));
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, TrustsTheIndexOfItemsWithoutATextIfAllElseFits) {
  const Keys keys = {"a", "b", "c"};
  const Matched matched =
      MatchItems(keys, {Found(1, std::nullopt), Found(2, "b"), Found(3, std::nullopt)});
  EXPECT_THAT(Latitudes(matched), ElementsAre(1, 2, 3));
  EXPECT_EQ(matched.mismatches, 0U);
}

TEST(MatchItemsTest, TrustsNoIndexIfTheCountDiffers) {
  const Keys keys = {"a", "b", "c"};
  const Matched fewer = MatchItems(keys, {Found(1, std::nullopt), Found(2, "b")});
  EXPECT_THAT(Latitudes(fewer), ElementsAre(-1, 2, -1));
  EXPECT_EQ(fewer.mismatches, 1U);
  const Matched more = MatchItems(
      keys, {Found(1, "a"), Found(2, "b"), Found(3, std::nullopt), Found(4, std::nullopt)});
  EXPECT_THAT(Latitudes(more), ElementsAre(1, 2, -1));
  EXPECT_EQ(more.mismatches, 2U);
}

TEST(MatchItemsTest, TrustsNoIndexIfAnyTextIsOutOfPlace) {
  const Keys keys = {"a", "b", "c"};
  const Matched matched = MatchItems(keys, {Found(2, "b"), Found(1, "a"), Found(3, std::nullopt)});
  EXPECT_THAT(Latitudes(matched), ElementsAre(1, 2, -1));
  EXPECT_EQ(matched.mismatches, 1U);
}

TEST(MatchItemsTest, EveryOrderOfALongAnswerFindsItsKeys) {
  Keys keys;
  for (int i = 0; i < 1000; ++i) {
    keys.push_back(std::to_string(i));
  }
  for (std::size_t shift = 0; shift < 1000; shift += 333) {
    std::vector<Item> items;
    for (std::size_t i = 0; i < 1000; ++i) {
      const std::size_t key = (i + shift) % 1000;
      items.push_back(Found(static_cast<double>(key), keys[key]));
    }
    const Matched matched = MatchItems(keys, std::move(items));
    const std::vector<double> latitudes = Latitudes(matched);
    for (std::size_t i = 0; i < 1000; ++i) {
      ASSERT_EQ(latitudes[i], static_cast<double>(i)) << "shift " << shift;
    }
    EXPECT_EQ(matched.mismatches, 0U);
  }
}

}  // namespace
}  // namespace batcher::geoapify
