#include "batcher/recorder/row_file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <string>

#include "batcher/base/test_folder.h"
#include "batcher/recorder/ledger_rows.h"

namespace batcher {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(RowFileTest, HoldsItsHeaderAndTheRowsAtOnce) {
  const TestFolder folder;
  RowFile file = RowFile::Create(folder.Path("x.csv"), "a,b\n").value();
  EXPECT_EQ(folder.Read("x.csv"), "a,b\n");
  EXPECT_FALSE(file.Write("1,2\n3,4\n"));
  EXPECT_EQ(folder.Read("x.csv"), "a,b\n1,2\n3,4\n");
  EXPECT_EQ(file.size(), 12U);
}

TEST(RowFileTest, SaysWhichFileCannotBeCreated) {
  const auto file = RowFile::Create("/nowhere/x.csv", "a\n");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "cannot write /nowhere/x.csv: No such file or directory");
}

TEST(RowFileTest, TellsThatTheDiskIsFull) {
  const auto file = RowFile::Create("/dev/full", "a\n");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("No space left on device"));
}

TEST(RowFileTest, WhatDidNotFitAsAWholeIsTakenBackAndLaterRowsFollow) {
  const TestFolder folder;
  RowFile file = RowFile::Create(folder.Path("x.csv"), "a,b\n").value();
  std::signal(SIGXFSZ, SIG_IGN);  // a write then fails instead
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit ten{.rlim_cur = 10, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &ten), 0);
  const auto error = file.Write("1,2\n3,4\n");  // of which 6 bytes fit
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, StartsWith("cannot write " + folder.Path("x.csv") + ": "));
  EXPECT_EQ(folder.Read("x.csv"), "a,b\n");
  EXPECT_FALSE(file.Write("5,6\n"));
  EXPECT_EQ(folder.Read("x.csv"), "a,b\n5,6\n");
}

TEST(RowFileTest, ATornLastRowIsCutAndNothingElse) {
  const TestFolder folder;
  const std::string whole = "a,b\n" + std::string(kLongestRow - 1, 'x') + "\n";
  for (const std::string torn : {"", "3", "3,4"}) {
    folder.Write("x.csv", whole + torn);
    EXPECT_FALSE(CutTornRow(folder.Path("x.csv")));
    EXPECT_EQ(folder.Read("x.csv"), whole);
  }
  folder.Write("x.csv", "a,");
  EXPECT_FALSE(CutTornRow(folder.Path("x.csv")));
  EXPECT_EQ(folder.Read("x.csv"), "");
}

TEST(RowFileTest, AFileWithoutRowsOfOursIsLeftAlone) {
  const TestFolder folder;
  const std::string no_rows(10 * kLongestRow, 'x');
  folder.Write("x.csv", no_rows);
  EXPECT_FALSE(CutTornRow(folder.Path("x.csv")));
  EXPECT_EQ(folder.Read("x.csv"), no_rows);
  EXPECT_FALSE(CutTornRow(folder.Path("no_such.csv")));
}

}  // namespace
}  // namespace batcher
