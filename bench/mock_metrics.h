#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "bench/metrics_page.h"
#include "mock_server/http_server.h"

namespace bench {

// What a mock server does, as mock_server_* metrics. Thread-safe.
class MockMetrics final : public prometheus::Collectable {
 public:
  // `server` must outlive it.
  explicit MockMetrics(const mock_server::MockServer& server) : server_(server) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const mock_server::MockServer& server_;
};

// A mock server is shown on a page for as long as one of these lives, and what it did last for as
// long as the page.
class ShownMock {
 public:
  // Either may be null: nothing is shown. They must outlive it.
  ShownMock(const mock_server::MockServer* server, LateSource* place);
  ~ShownMock();
  ShownMock(const ShownMock&) = delete;
  ShownMock& operator=(const ShownMock&) = delete;

 private:
  LateSource* place_;
};

}  // namespace bench
