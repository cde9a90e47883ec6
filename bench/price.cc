#include "bench/price.h"

#include <fmt/format.h>

namespace bench {

batcher::Result<batcher::Duration> ReadPrice(std::string_view option, const std::string& text) {
  const batcher::Result<batcher::Duration> price = batcher::ParseDuration(text);
  if (!price || *price <= batcher::Duration(0)) {
    return batcher::Error{
        fmt::format("{}: found \"{}\", wanted a duration above 0, such as 20ms", option, text)};
  }
  return *price;
}

}  // namespace bench
