#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// Each fuzzer is one file with this function: it takes any bytes, and ends the program where a
// promise is broken. In the preset `fuzz` libFuzzer calls it with inputs that it makes up,
// everywhere else replay_main.cc does with those of the corpus. The answer is always 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace batchlab {

// Inputs of several parts are written in lines, so that people can read and write them.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  // What was not taken yet.
  [[nodiscard]] std::string_view rest() const { return rest_; }

  // The next line, without its end; empty at the end.
  std::string_view TakeLine() { return TakeUpTo("\n"); }

  // All before the next `mark`, which is taken too; without one all there is.
  std::string_view TakeUpTo(std::string_view mark) {
    const std::size_t at = rest_.find(mark);
    const std::string_view taken = rest_.substr(0, at);
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + mark.size());
    return taken;
  }

  // The next word of the line that is `text`, taken off it; empty at its end.
  static std::string_view TakeWord(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
  }

 private:
  std::string_view rest_;
};

}  // namespace batchlab
