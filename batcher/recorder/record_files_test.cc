#include "batcher/recorder/record_files.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <utility>

#include "batcher/base/test_folder.h"
#include "batcher/recorder/ledger_rows.h"

namespace batcher {
namespace {

using Kind = RecordFiles::Kind;
using testing::HasSubstr;
using testing::StartsWith;

// Room for the header of either file and one row, but not for two.
constexpr std::uint64_t kOneRow = 300;

std::string Row(char of) { return std::string(99, of) + "\n"; }

std::unique_ptr<RecordFiles> Open(const TestFolder& folder, std::size_t kept = 2) {
  return RecordFiles::Open({.folder = folder.path(), .max_bytes = kOneRow, .kept = kept}).value();
}

TEST(RecordFilesTest, BothFilesAreThereFromTheStart) {
  const TestFolder folder;
  const auto files = Open(folder);
  EXPECT_EQ(folder.Read("calls.csv"), CallHeader());
  EXPECT_EQ(folder.Read("batches.csv"), BatchHeader());
}

TEST(RecordFilesTest, BothMakeRoomWhenOneIsFullAndTheOldestIsGone) {
  const TestFolder folder;
  const auto files = Open(folder);
  EXPECT_FALSE(files->Write(Kind::kBatches, Row('b')));
  for (const char of : {'1', '2', '3', '4'}) {
    EXPECT_FALSE(files->Write(Kind::kCalls, Row(of)));
  }
  EXPECT_EQ(files->rotations(), 3U);
  EXPECT_EQ(folder.Read("calls.csv"), CallHeader() + Row('4'));
  EXPECT_EQ(folder.Read("calls.1.csv"), CallHeader() + Row('3'));
  EXPECT_EQ(folder.Read("calls.2.csv"), CallHeader() + Row('2'));
  EXPECT_EQ(folder.Read("batches.2.csv"), BatchHeader());
  EXPECT_FALSE(std::filesystem::exists(folder.Path("calls.3.csv")));
  EXPECT_FALSE(std::filesystem::exists(folder.Path("batches.3.csv")));
}

TEST(RecordFilesTest, ALaterStartOverwritesNoRows) {
  const TestFolder folder;
  EXPECT_FALSE(Open(folder)->Write(Kind::kCalls, Row('1')));
  EXPECT_FALSE(Open(folder)->Write(Kind::kBatches, Row('2')));
  const auto files = Open(folder);
  EXPECT_EQ(files->rotations(), 0U);
  EXPECT_EQ(folder.Read("calls.csv"), CallHeader());
  EXPECT_EQ(folder.Read("batches.1.csv"), BatchHeader() + Row('2'));
  EXPECT_EQ(folder.Read("calls.2.csv"), CallHeader() + Row('1'));
}

TEST(RecordFilesTest, AStartWithoutRowsPushesNoneOut) {
  const TestFolder folder;
  EXPECT_FALSE(Open(folder)->Write(Kind::kCalls, Row('1')));
  for (int start = 0; start < 5; ++start) {
    Open(folder);
  }
  EXPECT_EQ(folder.Read("calls.1.csv"), CallHeader() + Row('1'));
  EXPECT_FALSE(std::filesystem::exists(folder.Path("calls.2.csv")));
}

TEST(RecordFilesTest, TheTornRowOfAKilledProgramIsCut) {
  const TestFolder folder;
  folder.Write("calls.csv", CallHeader() + Row('1') + "2,2,to");
  Open(folder);
  EXPECT_EQ(folder.Read("calls.1.csv"), CallHeader() + Row('1'));
}

// Of pairs 0 to 2 a rotation moves first the calls, then the batches, each the oldest first. A kill
// may come after any of the six moves.
TEST(RecordFilesTest, AfterAKillWhileTheyMadeRoomPairsAreStillPairs) {
  for (int moves = 0; moves <= 6; ++moves) {
    const TestFolder folder;
    for (const char of : {'1', '2', '3'}) {
      const auto files = Open(folder, 5);
      EXPECT_FALSE(files->Write(Kind::kCalls, Row(of)));
      EXPECT_FALSE(files->Write(Kind::kBatches, Row(of)));
    }
    int left = moves;
    for (const std::string kind : {"calls", "batches"}) {
      for (const auto& [from, to] : {std::pair(".2.csv", ".3.csv"), std::pair(".1.csv", ".2.csv"),
                                     std::pair(".csv", ".1.csv")}) {
        if (left-- > 0) {
          std::filesystem::rename(folder.Path(kind + from), folder.Path(kind + to));
        }
      }
    }
    Open(folder, 5);
    for (const auto& [age, of] : {std::pair("3", '1'), std::pair("2", '2'), std::pair("1", '3')}) {
      const std::string end = std::string(".") + age + ".csv";
      EXPECT_EQ(folder.Read("calls" + end), CallHeader() + Row(of)) << moves;
      EXPECT_EQ(folder.Read("batches" + end), BatchHeader() + Row(of)) << moves;
    }
    EXPECT_FALSE(std::filesystem::exists(folder.Path("calls.4.csv"))) << moves;
  }
}

TEST(RecordFilesTest, TwoAtOnceAreRefused) {
  const TestFolder folder;
  auto first = Open(folder);
  const RecordFilesOptions same{.folder = folder.path(), .max_bytes = kOneRow};
  const auto second = RecordFiles::Open(same);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message,
            "another recorder writes to " + folder.path().string() + ": each wants its own");
  first.reset();
  EXPECT_TRUE(RecordFiles::Open(same));
}

TEST(RecordFilesTest, SaysWhyAFolderCannotBeUsed) {
  const TestFolder folder;
  folder.Write("file", "");
  const auto files = RecordFiles::Open({.folder = folder.Path("file/below")});
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().message,
              StartsWith("cannot make the folder " + folder.path().string()));
  EXPECT_THAT(files.error().message, HasSubstr("Not a directory"));
}

TEST(RecordFilesTest, AFolderThatIsNotThereIsMade) {
  const TestFolder folder;
  ASSERT_TRUE(RecordFiles::Open({.folder = folder.Path("a/b"), .max_bytes = kOneRow}));
  EXPECT_EQ(folder.Read("a/b/calls.csv"), CallHeader());
}

TEST(RecordFilesTest, WritesAgainOnceTheFolderIsBack) {
  const TestFolder folder;
  const auto files =
      RecordFiles::Open({.folder = folder.Path("records"), .max_bytes = kOneRow}).value();
  EXPECT_FALSE(files->Write(Kind::kCalls, Row('1')));
  std::filesystem::rename(folder.Path("records"), folder.Path("elsewhere"));
  EXPECT_TRUE(files->Write(Kind::kCalls, Row('2'))) << "there is nowhere to make room";
  std::filesystem::rename(folder.Path("elsewhere"), folder.Path("records"));
  EXPECT_FALSE(files->Write(Kind::kCalls, Row('3')));
  EXPECT_EQ(folder.Read("records/calls.csv"), CallHeader() + Row('3'));
}

}  // namespace
}  // namespace batcher
