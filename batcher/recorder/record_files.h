#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"
#include "batcher/recorder/row_file.h"

namespace batcher {

struct RecordFilesOptions {
  std::string folder = {};
  std::uint64_t max_bytes = 0;  // of one file
  std::size_t kept = 1;         // older pairs
};

// The pair of files calls.csv and batches.csv in a folder that nobody else writes to. When either
// would grow beyond its limit both make room together: calls.csv becomes calls.1.csv, that becomes
// calls.2.csv, and so on; the oldest is gone. Not thread-safe.
class RecordFiles {
 public:
  enum class Kind : std::uint8_t { kCalls, kBatches };

  // Makes the folder if it is not there. Rows of an earlier start make room as above; a torn last
  // one is cut. An Error says what can't be done.
  [[nodiscard]] static Result<std::unique_ptr<RecordFiles>> Open(RecordFilesOptions options);

  ~RecordFiles();
  RecordFiles(const RecordFiles&) = delete;
  RecordFiles& operator=(const RecordFiles&) = delete;

  // Whole rows of one kind, as many as fit into a new file. An Error: none of them was written; a
  // later call may succeed.
  [[nodiscard]] std::optional<Error> Write(Kind kind, std::string_view rows);

  // How often the files made room since Open.
  [[nodiscard]] std::uint64_t rotations() const { return rotations_; }

 private:
  explicit RecordFiles(RecordFilesOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::optional<Error> Lock();
  [[nodiscard]] std::optional<Error> MakeRoom();
  [[nodiscard]] std::optional<Error> CreateMissing();
  [[nodiscard]] std::string PathOf(std::size_t kind, std::size_t age) const;
  // The age of the youngest file that is not there; that of the oldest if all are.
  [[nodiscard]] std::size_t FirstMissing(std::size_t kind) const;

  const RecordFilesOptions options_;
  int folder_ = -1;                              // Locked as long as it is open.
  std::array<std::optional<RowFile>, 2> files_;  // By Kind; none: it could not be created.
  std::uint64_t rotations_ = 0;
};

}  // namespace batcher
