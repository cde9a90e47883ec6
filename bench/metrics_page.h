#pragma once

#include <prometheus/collectable.h>
#include <prometheus/registry.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/metrics/metrics_server.h"
#include "batcher/metrics/process_metrics.h"

namespace bench {

// A source of metrics that comes after the page and may go before it: what it said last stays.
// Thread-safe.
class LateSource final : public prometheus::Collectable {
 public:
  void Take(std::unique_ptr<prometheus::Collectable> source);
  // What the source speaks of is about to go.
  void Keep();

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  mutable std::mutex mutex_;
  std::unique_ptr<prometheus::Collectable> source_;  // Guarded by mutex_.
  std::vector<prometheus::MetricFamily> last_;       // Guarded by mutex_.
};

// The page /metrics of a command: this build, this process, a mock server, and what else is put
// into its registry.
class MetricsPage {
 public:
  // Served from now on. `address`: HOST:PORT; port 0 takes a free one. An error is one sentence.
  [[nodiscard]] static batcher::Result<std::unique_ptr<MetricsPage>> Open(
      const std::string& address);

  [[nodiscard]] prometheus::Registry& registry() { return registry_; }
  [[nodiscard]] LateSource& mock() { return mock_; }
  // "http://127.0.0.1:9464/metrics".
  [[nodiscard]] std::string url() const { return server_->origin() + "/metrics"; }
  // Whether only programs of this machine can read it.
  [[nodiscard]] bool is_loopback() const { return server_->is_loopback(); }
  [[nodiscard]] bool scraped() const { return server_->scrapes() > 0; }

 private:
  MetricsPage();

  prometheus::Registry registry_;
  batcher::ProcessMetrics process_;
  LateSource mock_;
  std::unique_ptr<batcher::MetricsServer> server_;  // Last member: it reads the others.
};

}  // namespace bench
