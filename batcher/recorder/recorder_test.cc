#include "batcher/recorder/recorder.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "batcher/base/test_folder.h"
#include "batcher/batcher.h"
#include "batcher/recorder/ledger_rows.h"
#include "batcher/runtime/observer_list.h"
#include "batcher/runtime/test_service.h"
#include "scenarios/call_log.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Ne;
using testing::SizeIs;

constexpr std::size_t kCallFields = 15;

std::unique_ptr<Recorder> Record(const RecorderOptions& options) {
  return Recorder::Create(options).value();
}

std::vector<std::string> FieldsOf(const std::string& line) {
  std::istringstream text(line + ',');
  std::vector<std::string> fields;
  for (std::string field; std::getline(text, field, ',');) {
    fields.push_back(field);
  }
  return fields;
}

// The rows of a file without its header.
std::vector<std::vector<std::string>> RowsOf(const TestFolder& folder, const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : folder.Lines(name)) {
    rows.push_back(FieldsOf(line));
  }
  rows.erase(rows.begin());
  return rows;
}

CallRecord CallOf(std::uint64_t number, std::uint64_t key = 0) {
  return {.call = number, .key = key, .intended = At(5ms), .submitted = At(5ms)};
}

TEST(RecorderTest, ARunningBatcherIsRecordedAndItsLogCanBeRead) {
  const TestFolder folder;
  const auto recorder = Record({.folder = folder.path()});
  CountingObserver seen;
  ObserverList both({recorder.get(), &seen});
  BatcherOptions options = FlushedByHand();
  options.queue.max_items = 20;
  options.observer = &both;
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    std::vector<Pending<int>> pending;
    for (int i = 0; i < 400; ++i) {
      pending.push_back(batcher.Get(i % 100));
    }
    batcher.Flush();
    for (Pending<int>& one : pending) {
      ASSERT_TRUE(one.WaitFor(kGenerous));
    }
    // While the batcher lives, as somebody would who copies the file. The observer is told of the
    // last call after its caller is, perhaps not yet.
    recorder->Flush();
    EXPECT_THAT(RowsOf(folder, "calls.csv"), AllOf(SizeIs(Ge(399U)), Each(SizeIs(kCallFields))));
  }
  recorder->Flush();
  std::string calls = CallHeader();
  for (const CallRecord& call : seen.calls()) {
    AppendRow(call, calls);
  }
  std::string batches = BatchHeader();
  for (const BatchRecord& batch : seen.batches()) {
    AppendRow(batch, batches);
  }
  EXPECT_EQ(folder.Read("batches.csv"), batches);
  // All but the keys, which are salted.
  std::istringstream expected(calls);
  const std::vector<std::string> found = folder.Lines("calls.csv");
  std::size_t at = 0;
  for (std::string line; std::getline(expected, line); ++at) {
    std::vector<std::string> wanted_fields = FieldsOf(line);
    std::vector<std::string> found_fields = FieldsOf(found.at(at));
    if (at > 0) {
      EXPECT_THAT(found_fields[1], Ne(wanted_fields[1]));
      found_fields[1] = wanted_fields[1];
    }
    EXPECT_EQ(found_fields, wanted_fields);
  }
  EXPECT_EQ(at, found.size());

  // The calls came too fast for a window to be chosen from; that they are understood is enough.
  const auto log = scenarios::ReadCallLog({.path = folder.Path("calls.csv")});
  const auto* const problem = std::get_if<scenarios::CallLogProblem>(&log);
  ASSERT_NE(problem, nullptr);
  EXPECT_TRUE(problem->unsuitable) << problem->message;
}

// Which calls are of equal keys is what tune asks of the column.
std::vector<std::string> KeysOfThreeCalls(const TestFolder& folder, const std::string& salt) {
  {
    const auto recorder = Record({.folder = folder.path(), .salt = salt});
    BatcherOptions options;
    options.observer = recorder.get();
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    for (const int key : {1, 2, 1}) {
      EXPECT_TRUE(batcher.Get(key).WaitFor(kGenerous));  // one after the other: none is shared
    }
  }
  std::vector<std::string> keys;
  for (const auto& row : RowsOf(folder, "calls.csv")) {
    keys.push_back(row[1]);
  }
  EXPECT_EQ(keys.size(), 3U);
  return keys;
}

TEST(RecorderTest, EqualKeysAreEqualNumbersEvenLongAfterTheCallBefore) {
  const TestFolder folder;
  const std::vector<std::string> keys = KeysOfThreeCalls(folder, "");
  EXPECT_EQ(keys[0], keys[2]);
  EXPECT_NE(keys[0], keys[1]);
}

TEST(RecorderTest, NumbersOfKeysAreThoseOfTheSaltAndOfNoOtherRecorderWithoutOne) {
  const TestFolder folder;
  const std::string salt = "sixteen or more bytes";
  const auto salted = KeysOfThreeCalls(folder, salt);
  EXPECT_EQ(KeysOfThreeCalls(folder, salt), salted);
  EXPECT_NE(KeysOfThreeCalls(folder, salt + "!"), salted);
  EXPECT_NE(KeysOfThreeCalls(folder, ""), KeysOfThreeCalls(folder, ""));
}

TEST(RecorderTest, RefusedCallsAreRecordedFromTheirOwnThreads) {
  const TestFolder folder;
  const auto recorder = Record({.folder = folder.path()});
  BatcherOptions options = FlushedByHand();
  options.queue.max_queued = 1;
  options.observer = recorder.get();
  {
    Batcher<int, int> batcher({.batch = AnswerAll}, options);
    Pending<int> queued = batcher.Get(0);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&batcher] { EXPECT_FALSE(batcher.Get(7).Wait()); });
    }
  }
  recorder->Flush();
  std::map<std::string, int> outcomes;
  std::set<std::string> refused_keys;
  for (const auto& row : RowsOf(folder, "calls.csv")) {
    ++outcomes[row[5]];
    if (row[5] == "rejected_queue_full") {
      refused_keys.insert(row[1]);
    }
  }
  EXPECT_EQ(outcomes["rejected_queue_full"], 4);
  EXPECT_EQ(outcomes["shut_down"], 1);
  EXPECT_THAT(refused_keys, SizeIs(1));
}

TEST(RecorderTest, FilesRotateAndTheDiskIsBounded) {
  const TestFolder folder;
  constexpr std::uint64_t kFileBytes = 1U << 16U;
  constexpr std::uint64_t kCalls = 20'000;
  const auto recorder =
      Record({.folder = folder.path(), .max_file_bytes = kFileBytes, .kept_files = 2});
  for (std::uint64_t i = 0; i < kCalls; ++i) {
    recorder->OnCall(CallOf(i));
  }
  recorder->Flush();
  EXPECT_EQ(recorder->stats().written, kCalls);
  EXPECT_GT(recorder->stats().rotations, 2U);
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.insert(entry.path().filename());
    EXPECT_LE(entry.file_size(), kFileBytes) << entry.path();
  }
  EXPECT_EQ(names, (std::set<std::string>{"calls.csv", "calls.1.csv", "calls.2.csv", "batches.csv",
                                          "batches.1.csv", "batches.2.csv"}));
  // The newest are kept, none is missing between them.
  std::vector<std::vector<std::string>> rows;
  for (const char* name : {"calls.2.csv", "calls.1.csv", "calls.csv"}) {
    std::ranges::move(RowsOf(folder, name), std::back_inserter(rows));
  }
  ASSERT_GT(rows.size(), 500U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i][0], std::to_string(kCalls - rows.size() + i));
    ASSERT_THAT(rows[i], SizeIs(kCallFields));
  }
}

TEST(RecorderTest, WhatFindsTheQueueFullIsDroppedAndCounted) {
  const TestFolder folder;
  // Half of the queue wakes the writing thread: with a queue of one it is woken by each.
  const auto recorder = Record({.folder = folder.path(), .max_queued = 1, .flush_every = 1h});
  constexpr std::uint64_t kCalls = 50'000;
  for (std::uint64_t i = 0; i < kCalls; ++i) {
    recorder->OnCall(CallOf(i));
  }
  recorder->Flush();
  const RecorderStats stats = recorder->stats();
  EXPECT_GT(stats.dropped, 0U);
  EXPECT_GT(stats.written, 0U);
  EXPECT_EQ(stats.written + stats.dropped, kCalls);
  EXPECT_EQ(stats.lost, 0U);
  EXPECT_THAT(RowsOf(folder, "calls.csv"), SizeIs(stats.written));
}

TEST(RecorderTest, WhatCannotBeWrittenIsLostCountedAndToldAndRecordingGoesOn) {
  const TestFolder folder;
  const std::string records = folder.Path("records");
  const auto recorder = Record({.folder = records, .max_file_bytes = 1U << 16U});
  const auto record = [&](std::uint64_t calls) {
    for (std::uint64_t i = 0; i < calls; ++i) {
      recorder->OnCall(CallOf(i));
    }
    recorder->Flush();
  };
  record(10);
  EXPECT_EQ(recorder->stats().error, "");
  std::filesystem::rename(records, folder.Path("elsewhere"));
  record(20'000);  // There is nowhere for a new file.
  const RecorderStats stats = recorder->stats();
  EXPECT_GT(stats.lost, 0U);
  EXPECT_EQ(stats.written + stats.lost, 20'010U);
  EXPECT_THAT(stats.error, HasSubstr("No such file or directory"));
  std::filesystem::create_directory(records);
  record(10);
  EXPECT_EQ(recorder->stats().lost, stats.lost);
  EXPECT_THAT(RowsOf(folder, "records/calls.csv"), SizeIs(10));
}

TEST(RecorderTest, RowsReachTheFileWithoutBeingAskedFor) {
  const TestFolder folder;
  const auto recorder = Record({.folder = folder.path(), .flush_every = 1ms});
  recorder->OnCall(CallOf(1));
  const auto end = RunClock::SteadyNow() + kGenerous;
  while (recorder->stats().written == 0 && RunClock::SteadyNow() < end) {
    std::this_thread::yield();
  }
  EXPECT_THAT(RowsOf(folder, "calls.csv"), SizeIs(1));
}

TEST(RecorderTest, TheEndOfABatcherIsWrittenAtOnceAndThatOfTheRecorderToo) {
  const TestFolder folder;
  auto recorder = Record({.folder = folder.path(), .flush_every = 1h});
  recorder->OnCall(CallOf(1));
  recorder->OnEnd();
  const auto end = RunClock::SteadyNow() + kGenerous;
  while (recorder->stats().written == 0 && RunClock::SteadyNow() < end) {
    std::this_thread::yield();
  }
  EXPECT_THAT(RowsOf(folder, "calls.csv"), SizeIs(1));
  recorder->OnCall(CallOf(2));
  recorder.reset();
  EXPECT_THAT(RowsOf(folder, "calls.csv"), SizeIs(2));
}

// Records for ever; says through the pipe when the first thousand are written.
[[noreturn]] void RecordUntilKilled(const TestFolder& folder, int pipe) {
  const auto recorder = Record({.folder = folder.path(), .flush_every = 1ms});
  for (std::uint64_t i = 0;; ++i) {
    recorder->OnCall(CallOf(i));
    if (i == 1'000) {
      recorder->Flush();
      if (::write(pipe, "!", 1) != 1) {
        _exit(1);
      }
    }
  }
}

TEST(RecorderTest, AKillLeavesWholeRowsAndTheNextStartGoesOnBesideThem) {
  const TestFolder folder;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    RecordUntilKilled(folder, pipe[1]);
  }
  ::close(pipe[1]);
  char byte = 0;
  EXPECT_EQ(::read(pipe[0], &byte, 1), 1);
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  ::close(pipe[0]);

  Record({.folder = folder.path()});  // Cuts a row that the kill tore, and leaves the others.
  EXPECT_THAT(folder.Read("calls.1.csv"), testing::EndsWith("\n"));
  const auto rows = RowsOf(folder, "calls.1.csv");
  EXPECT_GE(rows.size(), 1'000U);
  EXPECT_THAT(rows, Each(SizeIs(kCallFields)));
  EXPECT_THAT(RowsOf(folder, "calls.csv"), SizeIs(0));
}

TEST(RecorderTest, SaysInASentenceWhichOptionIsWrong) {
  const TestFolder folder;
  const auto message = [](const RecorderOptions& options) {
    return Recorder::Create(options).error().message;
  };
  const std::string path = folder.path();
  EXPECT_EQ(message({}), "folder is empty, wanted where the records go");
  EXPECT_EQ(message({.folder = path, .max_file_bytes = 65'535}),
            "max_file_bytes is 65535, wanted at least 65536");
  EXPECT_EQ(message({.folder = path, .kept_files = 0}), "kept_files is 0, wanted at least 1");
  EXPECT_EQ(message({.folder = path, .max_queued = 0}), "max_queued is 0, wanted 1 to 16777216");
  EXPECT_EQ(message({.folder = path, .flush_every = 999us}),
            "flush_every is 999000 ns, wanted at least 1 ms");
  EXPECT_EQ(message({.folder = path, .salt = "fifteen bytes.."}),
            "salt has 15 bytes, wanted at least 16, or none");
  EXPECT_THAT(message({.folder = "/proc/nowhere"}), HasSubstr("cannot make the folder /proc/"));
}

}  // namespace
}  // namespace batcher
