#include "bench/metrics_options.h"

#include <fmt/core.h>

#include <cstdio>

#include "bench/interrupt.h"

namespace bench {

batcher::Result<std::unique_ptr<MetricsPage>> OpenMetrics(const MetricsPlace& place) {
  const batcher::Result<batcher::Duration> hold = batcher::ParseDuration(place.hold);
  if (!hold) {
    return batcher::Error{"--metrics-hold: found \"" + place.hold +
                          "\", wanted a duration, such as 15s"};
  }
  return place.address.empty() ? std::unique_ptr<MetricsPage>() : MetricsPage::Open(place.address);
}

void AnnounceMetrics(const MetricsPage* page, bool on_stderr) {
  if (page != nullptr) {
    std::FILE* const out = on_stderr ? stderr : stdout;
    fmt::print(out, "metrics on {}\n", page->url());
    std::fflush(out);
    if (!page->is_loopback()) {
      fmt::print(stderr, "warning: other machines can read these metrics (--metrics)\n");
    }
  }
}

void HoldMetrics(const MetricsPage* page, const MetricsPlace& place, const std::stop_token& stop) {
  if (page == nullptr || !page->scraped() || stop.stop_requested()) {
    return;
  }
  const batcher::Duration hold = *batcher::ParseDuration(place.hold);
  if (hold > batcher::Duration(0)) {
    fmt::print(stderr, "metrics stay for {} (Ctrl-C ends that)\n", batcher::FormatDuration(hold));
    AwaitStop(stop, hold);
  }
}

}  // namespace bench
