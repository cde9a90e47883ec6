#include "batcher/recorder/row_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "batcher/recorder/ledger_rows.h"

namespace batcher {
namespace {

constexpr int kReadableByAll = 0644;  // less what the process's umask takes away

}  // namespace

Error CannotDo(const std::string& what, int error_number) {
  return {"cannot " + what + ": " + std::generic_category().message(error_number)};
}

Result<RowFile> RowFile::Create(const std::string& path, std::string_view header) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kReadableByAll);
  if (descriptor < 0) {
    return CannotDo("write " + path, errno);
  }
  RowFile file(path, descriptor);
  if (auto error = file.Write(header)) {
    return *std::move(error);
  }
  return file;
}

RowFile::RowFile(RowFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {}

RowFile& RowFile::operator=(RowFile&& other) noexcept {
  if (this != &other) {
    Close();
    path_ = std::move(other.path_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    size_ = other.size_;
  }
  return *this;
}

RowFile::~RowFile() { Close(); }

void RowFile::Close() const {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

std::optional<Error> RowFile::Write(std::string_view rows) {
  std::string_view left = rows;
  while (!left.empty()) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno != EINTR) {
      const Error error = CannotDo("write " + path_, errno);
      // Devices can't be cut; a file whose end can't be taken back has a torn row, as said.
      const auto whole = static_cast<off_t>(size_);
      if (::ftruncate(descriptor_, whole) == 0) {
        ::lseek(descriptor_, whole, SEEK_SET);
      }
      return error;
    }
    left.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  size_ += rows.size();
  return std::nullopt;
}

std::optional<Error> CutTornRow(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) {
    return errno == ENOENT ? std::nullopt : std::optional(CannotDo("open " + path, errno));
  }
  std::string end(kLongestRow, '\0');
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  const off_t begin = std::max<off_t>(size - static_cast<off_t>(end.size()), 0);
  const ssize_t read = ::pread(descriptor, end.data(), end.size(), begin);
  std::optional<Error> error;
  if (read < 0) {
    error = CannotDo("read " + path, errno);
  } else {
    // No line feed: all of a file that is shorter than a row, or of one that we did not write.
    const std::size_t feed = end.rfind('\n', static_cast<std::size_t>(read));
    const off_t whole = feed == std::string::npos ? 0 : static_cast<off_t>(feed) + 1;
    if ((begin == 0 || whole > 0) && begin + whole < size &&
        ::ftruncate(descriptor, begin + whole) != 0) {
      error = CannotDo("cut the torn end of " + path, errno);
    }
  }
  ::close(descriptor);
  return error;
}

}  // namespace batcher
