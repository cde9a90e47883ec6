#include "scenarios/keys.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "batcher/base/test_folder.h"
#include "scenarios/load.h"
#include "scenarios/scenario.h"
#include "scenarios/zipf_table.h"

namespace scenarios {
namespace {

using batcher::TestFolder;

KeyStream Open(const std::string& keys) {
  const auto scenario = ParseScenario(R"({"keys": )" + keys + "}", "test.json");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  return OpenKeys(scenario.value()).value();
}

std::vector<std::uint64_t> Take(KeyStream& stream, std::size_t count) {
  std::vector<std::uint64_t> keys(count);
  for (std::uint64_t& key : keys) {
    key = stream.Next();
  }
  return keys;
}

TEST(SequentialKeysTest, EveryCallHasANewKey) {
  KeyStream stream = Open(R"({"kind": "sequential"})");
  EXPECT_EQ(Take(stream, 4), (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST(KeyStreamTest, ACopyGoesOnWithTheSameKeys) {
  KeyStream stream = Open(R"({"kind": "zipf", "distinct": 50})");
  (void)Take(stream, 10);
  KeyStream copy = stream;
  EXPECT_EQ(Take(stream, 100), Take(copy, 100));
}

// 400,000 draws: the share of rank 0 has a standard error of at most 0.08 %.
TEST(ZipfKeysTest, FrequenciesFallWithTheRank) {
  KeyStream stream = Open(R"({"kind": "zipf", "distinct": 100, "exponent": 1})");
  std::vector<int> counts(100);
  for (const std::uint64_t key : Take(stream, 400'000)) {
    ++counts.at(key);
  }
  double harmonic = 0;
  for (int rank = 1; rank <= 100; ++rank) {
    harmonic += 1.0 / rank;
  }
  for (const std::size_t rank : {0U, 1U, 9U, 99U}) {
    const double expected = 1 / (static_cast<double>(rank + 1) * harmonic);
    EXPECT_NEAR(counts[rank] / 400'000.0, expected, 0.004) << rank;
  }
}

TEST(ZipfTableTest, IsTheExactInverse) {
  // Weights 6 : 3 : 2 of 11.
  const ZipfTable table(3, 1);
  const auto share = [](double part) { return static_cast<std::uint64_t>(part * 0x1p64); };
  EXPECT_EQ(table.Rank(0), 0U);
  EXPECT_EQ(table.Rank(share(6.0 / 11 - 1e-9)), 0U);
  EXPECT_EQ(table.Rank(share(6.0 / 11 + 1e-9)), 1U);
  EXPECT_EQ(table.Rank(share(9.0 / 11 - 1e-9)), 1U);
  EXPECT_EQ(table.Rank(share(9.0 / 11 + 1e-9)), 2U);
  EXPECT_EQ(table.Rank(~std::uint64_t{0}), 2U);
}

TEST(ZipfTableTest, ExponentZeroIsUniform) {
  const ZipfTable table(4, 0);
  for (std::uint64_t quarter = 0; quarter < 4; ++quarter) {
    EXPECT_EQ(table.Rank(quarter << 62U), quarter);
    EXPECT_EQ(table.Rank((quarter << 62U) + ((std::uint64_t{1} << 62U) - 1)), quarter);
  }
}

TEST(ZipfTableTest, OneKeyIsAlwaysDrawn) {
  const ZipfTable table(1, 1);
  EXPECT_EQ(table.Rank(0), 0U);
  EXPECT_EQ(table.Rank(~std::uint64_t{0}), 0U);
}

TEST(FileKeysTest, LinesComeInTurnAndStartOver) {
  const TestFolder folder;
  (void)folder.Write("keys.txt",
                     "Qu\xC3\xA9"
                     "bec\r\nOslo\n\nOslo\nRoma");
  const auto scenario =
      LoadScenario(folder.Write("s.json", R"({"keys": {"kind": "file", "file": "keys.txt"}})"));
  KeyStream stream = OpenKeys(scenario.value()).value();
  // The empty line is a key too, and the second Oslo is the first one again.
  EXPECT_EQ(Take(stream, 7), (std::vector<std::uint64_t>{0, 1, 2, 1, 3, 0, 1}));
  EXPECT_EQ(stream.KeyText(0),
            "Qu\xC3\xA9"
            "bec");
  EXPECT_EQ(stream.KeyText(1), "Oslo");
  EXPECT_EQ(stream.KeyText(2), "");
  EXPECT_EQ(stream.KeyText(3), "Roma");
}

TEST(FileKeysTest, AnEmptyOrMissingFileIsNamed) {
  const TestFolder folder;
  const auto scenario =
      LoadScenario(folder.Write("s.json", R"({"keys": {"kind": "file", "file": "keys.txt"}})"));
  ASSERT_TRUE(scenario);
  EXPECT_EQ(OpenKeys(*scenario).error().message,
            folder.Path("keys.txt") + ": can't be opened: No such file or directory");
  (void)folder.Write("keys.txt", "");
  EXPECT_EQ(OpenKeys(*scenario).error().message,
            folder.Path("keys.txt") + ": found an empty file, wanted one address a line");
}

KeyStream OpenFile(const TestFolder& folder, std::string_view text) {
  (void)folder.Write("keys.csv", text);
  const auto scenario =
      LoadScenario(folder.Write("s.json", R"({"keys": {"kind": "file", "file": "keys.csv"}})"));
  auto keys = OpenKeys(scenario.value());
  EXPECT_TRUE(keys) << (keys ? "" : keys.error().message);
  return *std::move(keys);
}

TEST(FileKeysTest, OfACsvFileTheColumnOfAddressesIsRead) {
  const TestFolder folder;
  KeyStream stream = OpenFile(folder,
                              "\xef\xbb\xbfid,address,key\r\n"
                              "1,\"11 Wall Street, New York\",a\r\n"
                              "2,\"the \"\"Gherkin\"\", London\",b\r\n"
                              "\r\n"
                              "3,Oslo,c\r\n"
                              "4,\"11 Wall Street, New York\",d");
  EXPECT_EQ(Take(stream, 5), (std::vector<std::uint64_t>{0, 1, 2, 0, 0}));
  EXPECT_EQ(stream.KeyText(0), "11 Wall Street, New York");
  EXPECT_EQ(stream.KeyText(1), "the \"Gherkin\", London");
  EXPECT_EQ(stream.KeyText(2), "Oslo");
  EXPECT_EQ(OpenFile(folder, "key\nRoma\n").KeyText(0), "Roma");
}

TEST(FileKeysTest, ACsvFileWithoutAddressesIsRefusedWithWhatWasFound) {
  const TestFolder folder;
  const auto scenario =
      LoadScenario(folder.Write("s.json", R"({"keys": {"kind": "file", "file": "keys.csv"}})"));
  ASSERT_TRUE(scenario);
  const auto problem = [&](std::string_view text) {
    const std::string path = folder.Write("keys.csv", text) + ": ";
    const std::string message = OpenKeys(*scenario).error().message;
    EXPECT_EQ(message.substr(0, path.size()), path);
    return message.substr(path.size());
  };
  EXPECT_EQ(problem("Oslo\nRoma\n"),
            "found the header \"Oslo\", wanted one with a column address or key");
  EXPECT_EQ(problem("address\n"), "found a header only, wanted an address a row");
  EXPECT_EQ(problem("address\n11 Wall Street, New York\n"),
            "line 2: found 2 fields in \"11 Wall Street, New York\", wanted 1 as in the header");
  EXPECT_EQ(problem(""), "found an empty file, wanted one address a line");
  EXPECT_EQ(problem("\n\n"), "found nothing, wanted a header with a column address or key");
}

TEST(ReadKeyTextsTest, GivesEachTextOnceInOrderWithoutEmptyOnes) {
  const TestFolder folder;
  EXPECT_EQ(ReadKeyTexts(folder.Write("keys.txt", "b\n\na\nb\n")).value(),
            (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(ReadKeyTexts(folder.Write("keys.csv", "n,address\n1,\"x, y\"\n")).value(),
            (std::vector<std::string>{"x, y"}));
  EXPECT_FALSE(ReadKeyTexts(folder.Write("empty.txt", "\n\n")));
  EXPECT_FALSE(ReadKeyTexts("nowhere.txt"));
}

TEST(SyntheticAddressTest, IsUniqueAndStable) {
  EXPECT_EQ(SyntheticAddress(11), "12 Willow Drive, Kingsport 10432");
  std::set<std::string> seen;
  for (std::uint64_t key = 0; key < 50'000; ++key) {
    EXPECT_TRUE(seen.insert(SyntheticAddress(key)).second) << key;
  }
  EXPECT_NE(SyntheticAddress(~std::uint64_t{0}), SyntheticAddress(~std::uint64_t{0} - 1));
}

}  // namespace
}  // namespace scenarios
