#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/base/time.h"
#include "batcher/core/records.h"
#include "batcher/runtime/observer.h"

namespace batcher {

class RecordFiles;

struct RecorderOptions {
  // Where the files go; made if it is not there. Each recorder wants one of its own.
  std::string folder = {};
  // A file that would grow beyond it makes room for a new one. At least 64 KiB (1 << 16). A row of
  // calls.csv takes some 170 bytes.
  std::uint64_t max_file_bytes = std::uint64_t{64} << 20U;
  // Older pairs of files that stay; the oldest gives way. At least 1. On disk are never more than
  // (kept_files + 1) * 2 * max_file_bytes.
  std::size_t kept_files = 4;
  // Records that wait in memory to be written, 1 to 1 << 24; one that finds as many waiting is
  // dropped. Each takes some 450 bytes of address space, and of memory once it is used.
  std::size_t max_queued = std::size_t{1} << 16U;
  // How long a record may wait to be written, at least 1 ms: what a kill costs at most.
  Duration flush_every = std::chrono::seconds(1);
  // A secret of at least 16 bytes, from which equal keys have equal numbers in all recordings with
  // it; empty: drawn anew by each recorder and kept nowhere. See Recorder.
  std::string salt = {};
};

// What became of the records so far.
struct RecorderStats {
  std::uint64_t written = 0;    // are in the files, or were until these gave way
  std::uint64_t dropped = 0;    // found the queue full: the disk is too slow, or max_queued too low
  std::uint64_t lost = 0;       // could not be written
  std::uint64_t rotations = 0;  // how often files made room for new ones
  std::string error = {};  // why the last lost one could not be, in a sentence; empty: none was
};

// Records each call and each batch of a batcher, in production too: give it to the batcher as its
// observer. It writes calls.csv and batches.csv as a run of the harness does (results/README.md
// says what each column holds), but in the order in which they ended; `batchlab tune --enqueue-log
// calls.csv` reads them.
//
//   const auto recorder = batcher::Recorder::Create({.folder = folder});
//   if (!recorder) { return Complain(recorder.error().message); }
//   batcher::BatcherOptions options{.observer = recorder->get()};
//   batcher::Batcher<std::string, double> prices({.batch = PricesOf}, options);
//
// A full file becomes calls.1.csv (batches.1.csv with it), that calls.2.csv, and so on; so does
// what an earlier start has left. Times count from the start of the batcher's clock, so that files
// of different starts are not one log.
//
// It never holds the batcher up: a record is copied into memory under a lock that nobody holds for
// longer, and a thread of its own writes. What finds the queue full, or can't be written (the disk
// is full), is counted and forgotten, and recording goes on. Rows reach the operating system whole,
// after `flush_every` at the latest: a killed program loses those that still waited, and may leave
// a torn last line, which tune leaves out and the next start cuts. Nothing is forced to the disk
// itself.
//
// No key is written. The column `key` holds a keyed hash (SipHash-2-4) of the key's hash: equal
// keys have equal numbers within a recording, for tune to see what sharing a look-up saves (two
// different keys share one once in 4 billion pairs). Who has the files alone can't learn from them
// what the keys are, nor try out whether a key that he knows was called; he does see which calls
// are of one key, how often and when. Who has the salt too can try keys out. With a drawn salt
// nobody can, once the program has ended.
//
// One batcher at a time; it must outlive its batcher. The functions of the class itself are
// thread-safe.
class Recorder final : public Observer {
 public:
  // The files are there from then on, with their headers. An Error if an option is out of its
  // range, the folder can't be written to, or another recorder writes to it.
  [[nodiscard]] static Result<std::unique_ptr<Recorder>> Create(const RecorderOptions& options);

  // Writes what waits.
  ~Recorder() override;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void OnCall(const CallRecord& call) override;
  void OnBatch(const BatchRecord& batch, std::string_view message) override;
  void OnRefused(const CallRecord& call) override { OnCall(call); }
  void OnEnd() override;

  // Waits until all that was told before is written, or lost. REQUIRES: not called on a batcher's
  // thread.
  void Flush();
  [[nodiscard]] RecorderStats stats() const;

 private:
  struct Records {
    std::vector<CallRecord> calls;
    std::vector<BatchRecord> batches;
    [[nodiscard]] std::size_t size() const { return calls.size() + batches.size(); }
  };

  Recorder(const RecorderOptions& options, std::array<std::uint64_t, 2> secret,
           std::unique_ptr<RecordFiles> files);
  template <class Record>
  void Put(const Record& record, std::vector<Record> Records::*kind);
  // The writing thread.
  void Run(const std::stop_token& stop);
  // Writes and forgets those in writing_; adds what became of them.
  void WriteAll(RecorderStats& became);

  const std::size_t max_queued_;
  const Duration flush_every_;
  const std::array<std::uint64_t, 2> secret_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;  // The writing thread waits for it.
  std::condition_variable_any handled_changed_;
  Records queue_;              // Guarded by mutex_. Invariant: size() <= max_queued_.
  bool urgent_ = false;        // Guarded by mutex_. The queue is not to wait for flush_every_.
  std::uint64_t told_ = 0;     // Guarded by mutex_. Records that were put into the queue.
  std::uint64_t handled_ = 0;  // Guarded by mutex_. Of these, written or lost.
  RecorderStats stats_;        // Guarded by mutex_.

  // Owned by the writing thread.
  Records writing_;
  std::string rows_;
  std::unique_ptr<RecordFiles> files_;

  std::jthread thread_;  // Last member: stops before what it uses is gone.
};

}  // namespace batcher
