#include "bench/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

namespace bench {

results::TextStyle StyleOfStdout() {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool wanted = no_colour == nullptr || *no_colour == '\0';
  return {.colour = wanted && isatty(STDOUT_FILENO) == 1};
}

ExitCode Refuse(std::string_view sentence, ExitCode code) {
  fmt::print(stderr, "batchlab: {}\n", sentence);
  return code;
}

}  // namespace bench
