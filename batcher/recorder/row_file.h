#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace batcher {

// A file that takes whole rows and holds whole rows: what a write has not brought to its end (the
// disk is full) is taken back. Rows are with the operating system when Write returns, so that a
// program that is killed afterwards has lost none; one that is killed within Write may leave a torn
// last line (see CutTornRow). Not thread-safe.
class RowFile {
 public:
  // Creates the file, or empties it, and writes the header, a whole line.
  [[nodiscard]] static Result<RowFile> Create(const std::string& path, std::string_view header);

  RowFile(RowFile&& other) noexcept;
  RowFile& operator=(RowFile&& other) noexcept;
  RowFile(const RowFile&) = delete;
  RowFile& operator=(const RowFile&) = delete;
  ~RowFile();

  // Whole rows, each with its line feed. An Error: none of them is in the file.
  [[nodiscard]] std::optional<Error> Write(std::string_view rows);

  // Bytes, with the header.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  RowFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  void Close() const;

  std::string path_;
  int descriptor_;  // -1: moved from
  std::uint64_t size_ = 0;
};

// What could not be done, and why: "cannot WHAT: No space left on device".
[[nodiscard]] Error CannotDo(const std::string& what, int error_number);

// Takes away what stands behind the last line feed of a file that was written by a RowFile:
// nothing, or part of a row. Does nothing if there is no such file.
[[nodiscard]] std::optional<Error> CutTornRow(const std::string& path);

}  // namespace batcher
