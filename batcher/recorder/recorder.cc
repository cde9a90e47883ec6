#include "batcher/recorder/recorder.h"

#include <optional>
#include <utility>

#include "batcher/base/batcher_check.h"
#include "batcher/base/run_clock.h"
#include "batcher/recorder/key_secret.h"
#include "batcher/recorder/ledger_rows.h"
#include "batcher/recorder/record_files.h"
#include "batcher/runtime/loop_thread.h"

namespace batcher {
namespace {

// Of one write. A file holds two of them and its header.
constexpr std::size_t kWriteAt = std::size_t{24} * 1024;
constexpr std::uint64_t kSmallestFile = std::uint64_t{64} * 1024;
constexpr std::size_t kMostQueued = std::size_t{1} << 24U;
constexpr std::size_t kShortestSalt = 16;
constexpr Duration kShortestFlush = std::chrono::milliseconds(1);

std::optional<Error> ProblemOf(const RecorderOptions& options) {
  if (options.folder.empty()) {
    return Error{"folder is empty, wanted where the records go"};
  }
  if (options.max_file_bytes < kSmallestFile) {
    return Error{"max_file_bytes is " + std::to_string(options.max_file_bytes) +
                 ", wanted at least " + std::to_string(kSmallestFile)};
  }
  if (options.kept_files < 1) {
    return Error{"kept_files is 0, wanted at least 1"};
  }
  if (options.max_queued < 1 || options.max_queued > kMostQueued) {
    return Error{"max_queued is " + std::to_string(options.max_queued) + ", wanted 1 to " +
                 std::to_string(kMostQueued)};
  }
  if (options.flush_every < kShortestFlush) {
    return Error{"flush_every is " + std::to_string(options.flush_every.count()) +
                 " ns, wanted at least 1 ms"};
  }
  if (!options.salt.empty() && options.salt.size() < kShortestSalt) {
    return Error{"salt has " + std::to_string(options.salt.size()) +
                 " bytes, wanted at least 16, or none"};
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::Create(const RecorderOptions& options) {
  if (auto problem = ProblemOf(options)) {
    return *std::move(problem);
  }
  Result<KeySecret> secret = options.salt.empty() ? DrawSecret() : SecretOf(options.salt);
  if (!secret) {
    return secret.error();
  }
  auto files = RecordFiles::Open(
      {.folder = options.folder, .max_bytes = options.max_file_bytes, .kept = options.kept_files});
  if (!files) {
    return files.error();
  }
  return std::unique_ptr<Recorder>(new Recorder(options, *secret, *std::move(files)));
}

Recorder::Recorder(const RecorderOptions& options, KeySecret secret,
                   std::unique_ptr<RecordFiles> files)
    : max_queued_(options.max_queued),
      flush_every_(options.flush_every),
      secret_(secret),
      files_(std::move(files)) {
  // All the room there will be, so that the batcher's thread never allocates.
  for (Records* records : {&queue_, &writing_}) {
    records->calls.reserve(max_queued_);
    records->batches.reserve(max_queued_);
  }
  rows_.reserve(kWriteAt + kLongestRow);
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Recorder::~Recorder() = default;

void Recorder::OnCall(const CallRecord& call) { Put(call, &Records::calls); }

void Recorder::OnBatch(const BatchRecord& batch, std::string_view /*message*/) {
  Put(batch, &Records::batches);
}

template <class Record>
void Recorder::Put(const Record& record, std::vector<Record> Records::*kind) {
  std::size_t queued = 0;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= max_queued_) {
      ++stats_.dropped;
      return;
    }
    (queue_.*kind).push_back(record);
    ++told_;
    queued = queue_.size();
  }
  // The first begins the wait for others, which a queue that is half full ends.
  if (queued == 1 || queued == (max_queued_ + 1) / 2) {
    changed_.notify_one();
  }
}

void Recorder::OnEnd() {
  {
    const std::lock_guard lock(mutex_);
    urgent_ = true;
  }
  changed_.notify_one();
}

void Recorder::Flush() {
  BATCHER_CHECK(!OnLoopThread());
  std::unique_lock lock(mutex_);
  const std::uint64_t told = told_;
  urgent_ = true;
  changed_.notify_one();
  handled_changed_.wait(lock, [&] { return handled_ >= told; });
}

RecorderStats Recorder::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void Recorder::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto hurry = [this] { return urgent_ || 2 * queue_.size() >= max_queued_; };
  do {
    changed_.wait(lock, stop, [&] { return urgent_ || queue_.size() > 0; });
    changed_.wait_until(lock, stop, RunClock::SteadyNow() + flush_every_, hurry);
    std::swap(queue_, writing_);
    urgent_ = false;
    const std::size_t taken = writing_.size();
    lock.unlock();
    RecorderStats became;
    WriteAll(became);
    lock.lock();
    handled_ += taken;
    stats_.written += became.written;
    stats_.lost += became.lost;
    stats_.rotations = became.rotations;
    if (!became.error.empty()) {
      stats_.error = std::move(became.error);
    }
    handled_changed_.notify_all();
  } while (!stop.stop_requested() || queue_.size() > 0);
}

void Recorder::WriteAll(RecorderStats& became) {
  std::uint64_t count = 0;
  const auto write = [&](RecordFiles::Kind kind) {
    if (rows_.empty()) {
      return;
    }
    if (auto error = files_->Write(kind, rows_)) {
      became.lost += count;
      became.error = std::move(error->message);
    } else {
      became.written += count;
    }
    rows_.clear();
    count = 0;
  };
  const auto write_records = [&](auto& records, RecordFiles::Kind kind) {
    for (const auto& record : records) {
      AppendRow(record, rows_);
      ++count;
      if (rows_.size() >= kWriteAt) {
        write(kind);
      }
    }
    write(kind);
    records.clear();
  };
  for (CallRecord& call : writing_.calls) {
    call.key = SaltedHash(secret_, call.key);
  }
  write_records(writing_.calls, RecordFiles::Kind::kCalls);
  write_records(writing_.batches, RecordFiles::Kind::kBatches);
  became.rotations = files_->rotations();
}

}  // namespace batcher
