#include "bench/metrics_page.h"

#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>

#include <utility>

#include "bench/build_info.h"

namespace bench {

void LateSource::Take(std::unique_ptr<prometheus::Collectable> source) {
  const std::lock_guard lock(mutex_);
  source_ = std::move(source);
}

void LateSource::Keep() {
  const std::lock_guard lock(mutex_);
  if (source_ != nullptr) {
    last_ = source_->Collect();
    source_ = nullptr;
  }
}

std::vector<prometheus::MetricFamily> LateSource::Collect() const {
  const std::lock_guard lock(mutex_);
  return source_ != nullptr ? source_->Collect() : last_;
}

MetricsPage::MetricsPage() {
  prometheus::BuildGauge()
      .Name("batchlab_build_info")
      .Help("1; which program this is.")
      .Register(registry_)
      .Add({{"version", kVersion}, {"commit", kCommit}})
      .Set(1);
}

batcher::Result<std::unique_ptr<MetricsPage>> MetricsPage::Open(const std::string& address) {
  std::unique_ptr<MetricsPage> page(new MetricsPage());
  auto server = batcher::MetricsServer::Start({&page->registry_, &page->process_, &page->mock_},
                                              {.address = address});
  if (!server) {
    return batcher::Error{"--metrics: " + server.error().message};
  }
  page->server_ = *std::move(server);
  return page;
}

}  // namespace bench
