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

HttpTarget TargetAt(const std::string& base_url, const std::string& ca_file, bool live) {
  HttpTarget target{.base_url = base_url.empty() && live ? kLiveUrl : base_url,
                    .api_key = ApiKey(),
                    .live = live};
  if (!ca_file.empty()) {
    target.ca_file = ca_file;
  }
  return target;
}

HttpTarget TargetOf(const RunOptions& options, const std::string& engine) {
  HttpTarget target = TargetAt(options.base_url, options.ca_file, engine == "live");
  if (target.api_key.empty()) {
    target.api_key = "batchlab";  // a mock takes any
  }
  return target;
}

}  // namespace bench
