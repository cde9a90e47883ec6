#pragma once

#include <prometheus/collectable.h>

#include <vector>

namespace batcher {

// The usual process_* metrics of this process, read from /proc with each scrape: processor time,
// memory, threads, open files and when it started. What can't be read is left out. Thread-safe.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace batcher
