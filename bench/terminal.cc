#include "bench/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

namespace bench {

bool ColoursAllowed() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* no_colour = std::getenv("NO_COLOR");
  return no_colour == nullptr || *no_colour == '\0';
}

results::TextStyle StyleOfStdout() {
  return {.colour = ColoursAllowed() && isatty(STDOUT_FILENO) == 1};
}

ExitCode Printed(ExitCode code, const std::function<void()>& print) {
  std::error_code error;
  try {
    print();
    if (std::fflush(stdout) != 0) {
      error = {errno, std::generic_category()};
    }
  } catch (const std::system_error& thrown) {
    error = thrown.code();
  }
  if (!error || error == std::errc::broken_pipe) {
    return code;
  }
  return Refuse("cannot write to standard output: " + error.message());
}

void Warn(std::string_view sentence) {
  // Unlike fmt::print it doesn't throw where standard error is closed.
  std::fputs(fmt::format("batchlab: {}\n", sentence).c_str(), stderr);
}

ExitCode Refuse(std::string_view sentence, ExitCode code) {
  Warn(sentence);
  return code;
}

}  // namespace bench
