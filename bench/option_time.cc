#include "bench/option_time.h"

#include <fmt/format.h>

namespace bench {

batcher::Result<batcher::Duration> ReadTime(std::string_view option, const std::string& text) {
  batcher::Result<batcher::Duration> time = batcher::ParseDuration(text);
  if (!time || *time <= batcher::Duration(0)) {
    return batcher::Error{
        fmt::format("{}: found \"{}\", wanted a duration above 0, such as 30s", option, text)};
  }
  return time;
}

}  // namespace bench
