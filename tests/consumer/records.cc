// What a batcher did, in files: needs nothing but the standard library and threads.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "batcher/batcher.h"
#include "batcher/recorder/recorder.h"

namespace {

std::vector<batcher::ItemResult<int>> SquaresOf(std::span<const int> numbers,
                                                const std::stop_token& /*stop*/) {
  std::vector<batcher::ItemResult<int>> squares;
  for (const int number : numbers) {
    squares.push_back(batcher::Found(number * number));
  }
  return squares;
}

}  // namespace

int main() {
  if (const auto nowhere = batcher::Recorder::Create({}); !nowhere) {
    std::puts(nowhere.error().message.c_str());
  }
  std::string folder = (std::filesystem::temp_directory_path() / "records.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return 1;
  }
  if (const auto recorder = batcher::Recorder::Create({.folder = folder}); recorder) {
    batcher::Batcher<int, int> squares({.batch = SquaresOf}, {.observer = recorder->get()});
    std::printf("square %d\n", squares.Get(12).Wait().value.value_or(0));
  }  // All is written.
  int lines = 0;
  std::ifstream calls(folder + "/calls.csv");
  for (std::string line; std::getline(calls, line);) {
    ++lines;
  }
  std::printf("calls.csv: %d lines\n", lines);
  std::filesystem::remove_all(folder);
}
