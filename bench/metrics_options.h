#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "batcher/base/result.h"
#include "bench/metrics_page.h"

namespace bench {

// Where a command shows its metrics.
struct MetricsPlace {
  std::string address = {};  // --metrics: HOST:PORT; empty: nowhere
  std::string hold = "15s";  // --metrics-hold: a page that was scraped stays so long after the end
};

// The page, or null: nowhere. An error is one sentence.
[[nodiscard]] batcher::Result<std::unique_ptr<MetricsPage>> OpenMetrics(const MetricsPlace& place);

// Tells where the page is, if there is one: on standard output, or on standard error, where that is
// for something else. Warns if other machines can read it.
void AnnounceMetrics(const MetricsPage* page, bool on_stderr);

// Keeps a page that was scraped for a while. REQUIRES: OpenMetrics took the place.
void HoldMetrics(const MetricsPage* page, const MetricsPlace& place, const std::stop_token& stop);

}  // namespace bench
