#include "scenarios/call_log_files.h"

#include <algorithm>

#include "batcher/base/check.h"
#include "scenarios/text_file.h"

namespace scenarios {

using batcher::Error;

std::optional<Error> WriteTrace(const std::string& path, std::span<const LoggedCall> calls) {
  CHECK(!calls.empty());
  std::string text = "arrival_ns\n";
  for (const LoggedCall& call : calls) {
    text += std::to_string((call.at - calls.front().at).count());
    text += '\n';
  }
  return WriteTextFile(path, text);
}

std::optional<Error> WriteKeys(const std::string& path, std::span<const LoggedCall> calls,
                               std::span<const std::string> keys) {
  CHECK(!calls.empty());
  std::string text;
  for (const LoggedCall& call : calls) {
    const std::size_t start = text.size();
    if (keys.empty()) {
      text += std::to_string(call.key);
    } else {
      CHECK(call.key < keys.size());
      text += keys[call.key];
    }
    std::replace_if(
        text.begin() + static_cast<std::ptrdiff_t>(start), text.end(),
        [](char c) { return c == '\n' || c == '\r'; }, ' ');
    text += '\n';
  }
  return WriteTextFile(path, text);
}

}  // namespace scenarios
