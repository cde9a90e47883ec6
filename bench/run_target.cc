#include "bench/run_target.h"

#include <algorithm>
#include <cstdlib>

#include "bench/live.h"

namespace bench {

std::string ApiKey() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* key = std::getenv("GEOAPIFY_API_KEY");
  return key != nullptr ? key : "";
}

bool Uses(const RunOptions& options, const std::string& engine) {
  return std::ranges::count(options.engines, engine) > 0;
}

HttpTarget TargetOf(const RunOptions& options, const std::string& engine) {
  HttpTarget target{.base_url = options.base_url, .api_key = ApiKey()};
  if (!options.ca_file.empty()) {
    target.ca_file = options.ca_file;
  }
  target.live = engine == "live";
  if (target.live && target.base_url.empty()) {
    target.base_url = kLiveUrl;
  }
  if (target.api_key.empty()) {
    target.api_key = "batchlab";  // a mock takes any
  }
  return target;
}

}  // namespace bench
