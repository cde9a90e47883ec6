#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "batcher/base/result.h"

namespace results {

// A CSV file that is written row by row: fields by commas, rows by line feeds, nothing quoted. Rows
// reach the file some tens of kilobytes at a time and always whole, so that a run that is killed
// leaves a file that can be read. Not thread-safe.
class CsvFile {
 public:
  // Creates the file, or empties it, and writes the header.
  [[nodiscard]] static batcher::Result<CsvFile> Create(const std::filesystem::path& path,
                                                       std::span<const std::string> columns);

  // The fields of a row, from left to right.
  void Number(std::int64_t value);
  void Number(std::uint64_t value);
  void Text(std::string_view text);  // REQUIRES: at most 100 bytes; no comma, quote or line feed.
  void Empty();
  // REQUIRES: the row has as many fields as there are columns.
  void EndRow();

  // Writes what is left and closes. Answers the first error since Create, if there was one. Without
  // it the last rows are lost. REQUIRES: called once, after whole rows.
  [[nodiscard]] std::optional<batcher::Error> Close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  CsvFile(std::filesystem::path path, std::FILE* file, std::size_t columns);
  template <class Integer>
  void Append(Integer value);
  void Write();

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ that hold rows
  std::size_t columns_;
  std::size_t fields_ = 0;  // of the row at hand
  int error_ = 0;           // errno of the first failed write; rows after it are dropped
};

}  // namespace results
