// What takes the place of libFuzzer where there is none: hands each file of the folders that are
// given to the fuzzer's function, once. So every build tests what the fuzzers have found.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <vector>

#include "tests/fuzz/input.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> FilesOf(std::span<char* const> folders) {
  std::vector<fs::path> files;
  for (const char* folder : folders) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

void Replay(const fs::path& file) {
  std::fprintf(stderr, "%s\n", file.c_str());  // The last one that is named is the one that failed.
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> bytes(std::istreambuf_iterator<char>(stream), {});
  std::vector<std::uint8_t> input(bytes.size());
  std::ranges::copy(bytes, input.begin());
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<fs::path> files =
        FilesOf(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    std::ranges::for_each(files, Replay);
    std::fprintf(stderr, "%zu inputs replayed\n", files.size());
    return files.empty() ? 1 : 0;
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "%s\n", thrown.what());
    return 1;
  }
}
