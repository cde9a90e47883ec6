// Goal: every scenario that ships can be run. Method: each *.json of the folder is loaded, opened,
// dumped and read back.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/arrivals.h"
#include "scenarios/dump.h"
#include "scenarios/keys.h"
#include "scenarios/load.h"
#include "scenarios/utf8_text.h"

namespace scenarios {
namespace {

std::vector<std::string> ShippedFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(SCENARIOS_FOLDER)) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path().string());
    }
  }
  return files;
}

class ShippedTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedTest, CanBeLoadedAndOpened) {
  const auto scenario = LoadScenario(GetParam());
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->name, std::filesystem::path(GetParam()).stem().string());
  EXPECT_FALSE(scenario->description.empty());
  EXPECT_FALSE(scenario->slo.empty());
  auto arrivals = OpenArrivals(*scenario);
  ASSERT_TRUE(arrivals) << arrivals.error().message;
  EXPECT_TRUE(arrivals->Next());
  auto keys = OpenKeys(*scenario);
  ASSERT_TRUE(keys) << keys.error().message;
  EXPECT_FALSE(keys->KeyText(keys->Next()).empty());
}

TEST_P(ShippedTest, ReadsBackFromItsDump) {
  const auto scenario = LoadScenario(GetParam());
  ASSERT_TRUE(scenario) << scenario.error().message;
  const std::string text = DumpScenario(*scenario);
  const auto again = ParseScenario(text, "elsewhere/dump.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(DumpScenario(*again), text);
}

INSTANTIATE_TEST_SUITE_P(Files, ShippedTest, ::testing::ValuesIn(ShippedFiles()),
                         [](const auto& file) {
                           std::string name = std::filesystem::path(file.param).stem().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ArticleTest, AsksForTenDifferentAddresses) {
  const auto scenario = LoadScenario(SCENARIOS_FOLDER "/article.json");
  ASSERT_TRUE(scenario) << scenario.error().message;
  auto arrivals = OpenArrivals(*scenario);
  auto keys = OpenKeys(*scenario);
  std::size_t calls = 0;
  while (arrivals->Next()) {
    EXPECT_EQ(keys->Next(), calls++);
  }
  EXPECT_EQ(calls, 10U);
  EXPECT_EQ(keys->KeyText(9), "2 Macquarie Street, Sydney");
}

TEST(AddressesTest, AreTwoHundredDifferentOnesInUtf8) {
  Scenario scenario;
  scenario.keys = Choice(FindKeyKind("file")->spec);
  scenario.keys.SetText("file", SCENARIOS_FOLDER "/addresses.csv");
  auto keys = OpenKeys(scenario);
  ASSERT_TRUE(keys) << keys.error().message;
  for (std::uint64_t key = 0; key < 200; ++key) {
    EXPECT_EQ(keys->Next(), key) << "an address that occurs again has its first number";
    const std::string address = keys->KeyText(key);
    EXPECT_TRUE(IsUtf8(address)) << address;
    EXPECT_NE(address.find(','), std::string::npos) << address << " has no parts";
  }
  EXPECT_EQ(keys->Next(), 0U) << "starts over";
}

}  // namespace
}  // namespace scenarios
