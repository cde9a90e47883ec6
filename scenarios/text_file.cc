#include "scenarios/text_file.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace scenarios {

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
  std::string text;
  std::array<char, 65536> block{};
  while (file.read(block.data(), block.size()), file.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > largest) {
      return batcher::Error{path + ": found a larger file, wanted at most " +
                            std::to_string(largest >> 20U) + " MB"};
    }
  }
  if (file.bad()) {
    return batcher::Error{path + ": can't be read: " + std::generic_category().message(errno)};
  }
  return text;
}

}  // namespace scenarios
