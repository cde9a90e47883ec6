#include "results/lib/run_files.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "batcher/base/test_folder.h"

namespace results {
namespace {

using batcher::ReadText;
using batcher::TestFolder;

namespace fs = std::filesystem;
using std::chrono::sys_days;
using testing::HasSubstr;
using namespace std::chrono_literals;

RunPlace DefaultPlace(const TestFolder& folder) {
  return {.root = folder.path() / "results",
          .scenario_name = "excel recalc",
          .now = sys_days(2026y / 11 / 23) + 8h + 5min};
}

std::size_t FilesIn(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST(OpenRunDirectoryTest, MakesAFolderNamedAfterTheMomentAndTheScenario) {
  const TestFolder folder;
  const RunDirectory directory = OpenRunDirectory(DefaultPlace(folder)).value();
  EXPECT_EQ(directory.path, folder.path() / "results/runs/20261123T080500Z-excel-recalc");
  EXPECT_TRUE(fs::is_empty(directory.path));
}

TEST(OpenRunDirectoryTest, KeepsRunsOfOneSecondApart) {
  const TestFolder folder;
  const fs::path first = OpenRunDirectory(DefaultPlace(folder))->path;
  const fs::path second = OpenRunDirectory(DefaultPlace(folder))->path;
  EXPECT_EQ(second.string(), first.string() + "-2");
}

TEST(OpenRunDirectoryTest, TakesTheFolderThatTheUserChose) {
  const TestFolder folder;
  const RunPlace place = {.chosen = folder.path() / "a" / "b"};
  const RunDirectory directory = OpenRunDirectory(place).value();
  EXPECT_EQ(directory.path, folder.path() / "a" / "b");
  EXPECT_FALSE(directory.latest);
  EXPECT_TRUE(OpenRunDirectory(place)) << "a second run into the same folder";
}

TEST(OpenRunDirectoryTest, RemovesTheSummaryOfAnEarlierRun) {
  const TestFolder folder;
  for (const char* file : {"run.json", "report.html", "calls.csv"}) {
    std::ofstream(folder.path() / file) << "{}";
  }
  EXPECT_TRUE(OpenRunDirectory({.chosen = folder.path()}));
  EXPECT_FALSE(fs::exists(folder.path() / "run.json"));
  EXPECT_FALSE(fs::exists(folder.path() / "report.html")) << "it would show other rows";
  EXPECT_TRUE(fs::exists(folder.path() / "calls.csv"));
}

// A number that no process has: the largest one is 2^22.
TEST(OpenRunDirectoryTest, RemovesWhatAKilledProcessHasHalfWritten) {
  const TestFolder folder;
  const std::string self = std::to_string(::getpid());
  const std::vector<std::string> kept = {".run.json." + self + ".part", ".notes.part", "run.part",
                                         ".run.json.2000000000"};
  for (const std::string& file : kept) {
    std::ofstream(folder.path() / file) << "{";
  }
  std::ofstream(folder.path() / ".run.json.2000000000.part") << "{";
  EXPECT_TRUE(OpenRunDirectory({.chosen = folder.path()}));
  EXPECT_FALSE(fs::exists(folder.path() / ".run.json.2000000000.part"));
  EXPECT_EQ(FilesIn(folder.path()), kept.size());
}

TEST(OpenRunDirectoryTest, FindsBeforeTheRunThatItCannotWriteThere) {
  const TestFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  const auto at_a_file = OpenRunDirectory({.chosen = folder.path() / "file"});
  ASSERT_FALSE(at_a_file);
  EXPECT_THAT(at_a_file.error().message, HasSubstr("cannot create the output folder"));
  const auto below_a_file = OpenRunDirectory({.root = folder.path() / "file"});
  ASSERT_FALSE(below_a_file);
  EXPECT_THAT(below_a_file.error().message, HasSubstr("file/runs: Not a directory"));
  // A folder in which not even root can make a file.
  const auto in_proc = OpenRunDirectory({.chosen = "/proc/self"});
  ASSERT_FALSE(in_proc);
  EXPECT_THAT(in_proc.error().message, HasSubstr("cannot write /proc/self/.probe"));
}

TEST(WriteRunTest, WritesBothFilesAndTurnsTheLink) {
  const TestFolder folder;
  const RunDirectory first = OpenRunDirectory(DefaultPlace(folder)).value();
  const RunDirectory second = OpenRunDirectory(DefaultPlace(folder)).value();
  const fs::path latest = folder.path() / "results" / "latest";
  EXPECT_FALSE(WriteRun(first, {.engine = "sim"}, {}));
  EXPECT_THAT(ReadText(latest / "run.json"), HasSubstr("\"engine\": \"sim\""));
  EXPECT_FALSE(WriteRun(second, {.engine = "http"}, {}));
  EXPECT_THAT(ReadText(latest / "run.json"), HasSubstr("\"engine\": \"http\""));
  EXPECT_THAT(ReadText(latest / "machine.json"), HasSubstr("\"cpu\""));
  EXPECT_EQ(fs::read_symlink(latest), fs::path("runs") / second.path.filename());
  EXPECT_EQ(FilesIn(second.path), 2U);
  EXPECT_EQ(FilesIn(folder.path() / "results"), 2U) << "nothing is left beside runs and latest";
}

TEST(WriteRunTest, SetsNoLinkToAFolderThatTheUserChose) {
  const TestFolder folder;
  const RunDirectory directory = OpenRunDirectory({.chosen = folder.path() / "out"}).value();
  EXPECT_FALSE(WriteRun(directory, {}, {}));
  EXPECT_EQ(FilesIn(folder.path()), 1U);
}

TEST(OpenRunDirectoryTest, FindsBeforeTheRunThatLatestIsNoLink) {
  const TestFolder folder;
  fs::create_directories(folder.path() / "results" / "latest");
  const auto directory = OpenRunDirectory(DefaultPlace(folder));
  ASSERT_FALSE(directory);
  EXPECT_THAT(directory.error().message, HasSubstr("it is no link"));
  EXPECT_EQ(FilesIn(folder.path() / "results"), 1U);
}

TEST(WriteRunTest, DoesNotReplaceAFolderThatIsCalledLatest) {
  const TestFolder folder;
  const RunDirectory directory = OpenRunDirectory(DefaultPlace(folder)).value();
  fs::create_directories(folder.path() / "results" / "latest" / "mine");
  const auto error = WriteRun(directory, {}, {});
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("cannot turn the link"));
  EXPECT_TRUE(fs::exists(directory.path / "run.json"));
  EXPECT_EQ(FilesIn(folder.path() / "results"), 2U);
}

TEST(WriteFileAtOnceTest, ReplacesTheFileAndLeavesNothingBeside) {
  const TestFolder folder;
  EXPECT_FALSE(WriteFileAtOnce(folder.path() / "x", "old, and longer"));
  EXPECT_FALSE(WriteFileAtOnce(folder.path() / "x", "new"));
  EXPECT_EQ(ReadText(folder.path() / "x"), "new");
  EXPECT_EQ(FilesIn(folder.path()), 1U);
}

TEST(SafeNameTest, KeepsWhatIsSafeInFileNames) {
  EXPECT_EQ(SafeName("web-poisson_2.0"), "web-poisson_2.0");
  EXPECT_EQ(SafeName("a b//c"), "a-b-c");
  EXPECT_EQ(SafeName("../../etc/passwd"), "etc-passwd");
  EXPECT_EQ(SafeName(".hidden"), "hidden");
  EXPECT_EQ(SafeName("Zürich"), "Z-rich");
  EXPECT_EQ(SafeName(""), "run");
  EXPECT_EQ(SafeName("///"), "run");
  EXPECT_EQ(SafeName(std::string(500, 'x')).size(), 80U);
}

}  // namespace
}  // namespace results
