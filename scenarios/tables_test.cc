#include "scenarios/tables.h"

#include <gtest/gtest.h>

#include "scenarios/text_file.h"

namespace scenarios {
namespace {

// What README.md has between the two comments that mark a generated part.
std::string Between(const std::string& text, const std::string& name) {
  const std::string begin = "<!-- begin " + name + " -->\n";
  const std::string end = "\n<!-- end " + name + " -->";
  const auto from = text.find(begin);
  const auto to = text.find(end);
  if (from == std::string::npos || to == std::string::npos) {
    return "no part is marked " + name;
  }
  return text.substr(from + begin.size(), to - from - begin.size());
}

// After a change of a field or kind: copy the tables that this prints into README.md.
TEST(TablesTest, TheReadmeHoldsThemAsTheyAre) {
  const auto readme = ReadTextFile(SCENARIOS_FOLDER "/README.md", kLargestTextFile);
  ASSERT_TRUE(readme) << readme.error().message;
  EXPECT_EQ(Between(*readme, "sections"), SectionTables());
  EXPECT_EQ(Between(*readme, "kinds"), KindTables());
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
