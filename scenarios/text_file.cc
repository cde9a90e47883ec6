#include "scenarios/text_file.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>

namespace scenarios {
namespace {

batcher::Result<std::string> ReadAll(std::istream& stream, const std::string& name,
                                     std::size_t largest) {
  std::string text;
  std::array<char, 65536> block{};
  while (stream.read(block.data(), block.size()), stream.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > largest) {
      return batcher::Error{name + ": found a larger file, wanted at most " +
                            std::to_string(largest >> 20U) + " MB"};
    }
  }
  if (stream.bad()) {
    return batcher::Error{name + ": can't be read: " + std::generic_category().message(errno)};
  }
  return text;
}

}  // namespace

batcher::Result<std::string> ReadTextFile(const std::string& path, std::size_t largest) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return batcher::Error{path + ": found a folder, wanted a file"};
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return batcher::Error{path + ": can't be opened: " + std::generic_category().message(errno)};
  }
  return ReadAll(file, path, largest);
}

batcher::Result<std::string> ReadStandardInput(std::size_t largest) {
  errno = 0;
  return ReadAll(std::cin, "standard input", largest);
}

std::optional<batcher::Error> WriteTextFile(const std::string& path, std::string_view text) {
  // Nobody else writes a file of this name.
  const std::string beside = path + ".part" + std::to_string(::getpid());
  errno = 0;
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  if (file == nullptr) {
    return batcher::Error{path + ": can't be written: " + std::generic_category().message(errno)};
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(beside.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    std::remove(beside.c_str());
    return batcher::Error{path + ": can't be written: " + std::generic_category().message(cause)};
  }
  return std::nullopt;
}

}  // namespace scenarios
