#include "scenarios/tables.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "scenarios/text_file.h"

namespace scenarios {
namespace {

constexpr const char* kReadme = SCENARIOS_FOLDER "/README.md";

// `document` with `tables` between the two comments that mark the part of that name.
std::string WithPart(const std::string& document, const std::string& name,
                     const std::string& tables) {
  const std::string begin = "<!-- begin " + name + " -->\n";
  const auto from = document.find(begin);
  const auto to = document.find("\n<!-- end " + name + " -->");
  if (from == std::string::npos || to == std::string::npos) {
    return "a document with a part marked " + name;
  }
  return document.substr(0, from + begin.size()) + tables + document.substr(to);
}

// After a change of a field or a kind, run this test with UPDATE_README=1 in the environment: it
// then writes the tables into README.md.
TEST(TablesTest, TheReadmeHoldsThemAsTheyAre) {
  const auto readme = ReadTextFile(kReadme, kLargestTextFile);
  ASSERT_TRUE(readme) << readme.error().message;
  const std::string wanted =
      WithPart(WithPart(*readme, "sections", SectionTables()), "kinds", KindTables());
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  if (std::getenv("UPDATE_README") != nullptr) {
    std::ofstream(kReadme, std::ios::binary) << wanted;
  } else {
    EXPECT_EQ(*readme, wanted);
  }
}

TEST(TablesTest, AFieldIsARowWithUnitDefaultAndMeaning) {
  EXPECT_NE(SectionTables().find(
                "| `max_items` | whole number | `1000` | Addresses of a batch, at most. |"),
            std::string::npos);
  EXPECT_NE(SectionTables().find("| `rate_limit.rate` | rate | `\"5/s\"` |"), std::string::npos);
  EXPECT_NE(KindTables().find("|  | `window` | duration | `\"10ms\"` |"), std::string::npos);
  EXPECT_NE(KindTables().find("|  | `file` | path | must be given |"), std::string::npos);
}

}  // namespace
}  // namespace scenarios
