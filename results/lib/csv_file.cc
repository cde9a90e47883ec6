#include "results/lib/csv_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "batcher/base/check.h"

namespace results {
namespace {

constexpr std::size_t kFlushAt = std::size_t{64} * 1024;
// A field has at most 100 bytes, so that a whole row fits behind a buffer that is not yet full.
constexpr std::size_t kFieldBytes = 100;
constexpr std::size_t kColumns = 100;
constexpr std::size_t kBufferBytes = kFlushAt + kColumns * (kFieldBytes + 1);

batcher::Error CannotWrite(const std::filesystem::path& path, int error) {
  return {
      fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(error))};
}

}  // namespace

batcher::Result<CsvFile> CsvFile::Create(const std::filesystem::path& path,
                                         std::span<const std::string> columns) {
  CHECK(!columns.empty() && columns.size() <= kColumns);
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return CannotWrite(path, errno);
  }
  // Unbuffered: what is written here is always whole rows, and the library would cut them.
  std::setvbuf(file, nullptr, _IONBF, 0);
  CsvFile csv(path, file, columns.size());
  for (const std::string& column : columns) {
    csv.Text(column);
  }
  csv.EndRow();
  csv.Write();
  if (csv.error_ != 0) {
    return CannotWrite(path, csv.error_);
  }
  return csv;
}

CsvFile::CsvFile(std::filesystem::path path, std::FILE* file, std::size_t columns)
    : path_(std::move(path)), file_(file), buffer_(kBufferBytes, '\0'), columns_(columns) {}

template <class Integer>
void CsvFile::Append(Integer value) {
  char* const begin = buffer_.data() + used_;
  const auto [end, error] = std::to_chars(begin, begin + kFieldBytes, value);
  used_ += static_cast<std::size_t>(end - begin);
  Empty();
}

void CsvFile::Number(std::int64_t value) { Append(value); }
void CsvFile::Number(std::uint64_t value) { Append(value); }

void CsvFile::Text(std::string_view text) {
  CHECK(text.size() <= kFieldBytes);
  std::memcpy(buffer_.data() + used_, text.data(), text.size());
  used_ += text.size();
  Empty();
}

void CsvFile::Empty() {
  buffer_[used_++] = ',';
  ++fields_;
}

void CsvFile::EndRow() {
  CHECK(fields_ == columns_);
  fields_ = 0;
  buffer_[used_ - 1] = '\n';
  if (used_ >= kFlushAt) {
    Write();
  }
}

void CsvFile::Write() {
  if (error_ == 0 && std::fwrite(buffer_.data(), 1, used_, file_.get()) != used_) {
    error_ = errno;
  }
  used_ = 0;
}

std::optional<batcher::Error> CsvFile::Close() {
  CHECK(file_ != nullptr && fields_ == 0);
  Write();
  if (std::fclose(file_.release()) != 0 && error_ == 0) {
    error_ = errno;
  }
  if (error_ != 0) {
    return CannotWrite(path_, error_);
  }
  return std::nullopt;
}

}  // namespace results
