#include "batcher/recorder/record_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "batcher/recorder/ledger_rows.h"

namespace batcher {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"calls", "batches"};

std::string HeaderOf(std::size_t kind) { return kind == 0 ? CallHeader() : BatchHeader(); }

}  // namespace

Result<std::unique_ptr<RecordFiles>> RecordFiles::Open(RecordFilesOptions options) {
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  if (failed) {
    return CannotDo("make the folder " + options.folder, failed.value());
  }
  std::unique_ptr<RecordFiles> files(new RecordFiles(std::move(options)));
  if (auto error = files->Lock()) {
    return *std::move(error);
  }
  bool holds_rows = false;
  for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
    const std::string path = files->PathOf(kind, 0);
    if (auto error = CutTornRow(path)) {
      return *std::move(error);
    }
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    holds_rows = holds_rows || (!failed && size > HeaderOf(kind).size());
  }
  // A program that starts again and again must not push its log out with files without rows.
  if (holds_rows) {
    if (auto error = files->MakeRoom()) {
      return *std::move(error);
    }
    files->rotations_ = 0;
  }
  if (auto error = files->CreateMissing()) {
    return *std::move(error);
  }
  return files;
}

RecordFiles::~RecordFiles() {
  if (folder_ >= 0) {
    ::close(folder_);
  }
}

std::optional<Error> RecordFiles::Lock() {
  folder_ = ::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) {
    return CannotDo("open the folder " + options_.folder, errno);
  }
  if (::flock(folder_, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK
               ? Error{"another recorder writes to " + options_.folder + ": each wants its own"}
               : CannotDo("lock the folder " + options_.folder, errno);
  }
  return std::nullopt;
}

std::string RecordFiles::PathOf(std::size_t kind, std::size_t age) const {
  std::string path = options_.folder + '/' + std::string(kNames[kind]);
  return age == 0 ? path + ".csv" : path + '.' + std::to_string(age) + ".csv";
}

std::size_t RecordFiles::FirstMissing(std::size_t kind) const {
  std::size_t age = 0;
  std::error_code unknown;
  while (age < options_.kept && std::filesystem::exists(PathOf(kind, age), unknown)) {
    ++age;
  }
  return age;
}

// Where a program was killed while its files made room, one is missing that the younger ones move
// up to: so the older ones stay where they are, and each pair stays a pair.
std::optional<Error> RecordFiles::MakeRoom() {
  for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
    for (std::size_t age = FirstMissing(kind); age > 0; --age) {
      const std::string from = PathOf(kind, age - 1);
      if (std::rename(from.c_str(), PathOf(kind, age).c_str()) != 0 && errno != ENOENT) {
        return CannotDo("rename " + from, errno);
      }
    }
    files_[kind].reset();
  }
  ++rotations_;
  return std::nullopt;
}

std::optional<Error> RecordFiles::CreateMissing() {
  for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
    if (!files_[kind]) {
      Result<RowFile> file = RowFile::Create(PathOf(kind, 0), HeaderOf(kind));
      if (!file) {
        return file.error();
      }
      files_[kind] = *std::move(file);
    }
  }
  return std::nullopt;
}

std::optional<Error> RecordFiles::Write(Kind kind, std::string_view rows) {
  if (auto error = CreateMissing()) {
    return error;
  }
  std::optional<RowFile>& file = files_[static_cast<std::size_t>(kind)];
  if (file->size() + rows.size() > options_.max_bytes) {
    if (auto error = MakeRoom()) {
      return error;
    }
    if (auto error = CreateMissing()) {
      return error;
    }
  }
  return file->Write(rows);
}

}  // namespace batcher
