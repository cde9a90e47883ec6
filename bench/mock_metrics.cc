#include "bench/mock_metrics.h"

#include <prometheus/metric_family.h>

#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace bench {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Requests(const mock_server::ServerCounts& counts) {
  MetricFamily family{.name = "mock_server_requests_total",
                      .help = "HTTP requests by what was asked for and the status of the answer.",
                      .type = MetricType::Counter,
                      .metric = {}};
  for (std::size_t i = 0; i < mock_server::kRouteNames.size(); ++i) {
    const auto route = static_cast<mock_server::Route>(i);
    const auto replies = counts.replies.find(route);
    std::map<int, std::uint64_t> by_status;
    if (replies != counts.replies.end()) {
      by_status = replies->second;
    }
    for (const int status : mock_server::kReplyStatuses) {
      by_status.try_emplace(status, 0);
    }
    for (const auto& [status, requests] : by_status) {
      ClientMetric& metric = family.metric.emplace_back();
      metric.label = {{"route", std::string(mock_server::Name(route))},
                      {"code", std::to_string(status)}};
      metric.counter.value = static_cast<double>(requests);
    }
  }
  return family;
}

MetricFamily Faults(const mock_server::FaultCounts& counts) {
  MetricFamily family{.name = "mock_server_faults_total",
                      .help = "What the mock did wrong on purpose, by kind.",
                      .type = MetricType::Counter,
                      .metric = {}};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto kind = static_cast<mock_server::FaultKind>(i);
    if (kind != mock_server::FaultKind::kRefused) {  // Nobody sees a connection that is refused.
      ClientMetric& metric = family.metric.emplace_back();
      metric.label = {{"kind", std::string(mock_server::Name(kind))}};
      metric.counter.value = static_cast<double>(counts.at(i));
    }
  }
  return family;
}

MetricFamily LatenessOf(const mock_server::DelayErrors& errors) {
  MetricFamily family{.name = "mock_server_delay_error_seconds",
                      .help = "How much later than its model the mock has answered.",
                      .type = MetricType::Histogram,
                      .metric = {}};
  ClientMetric::Histogram& histogram = family.metric.emplace_back().histogram;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < errors.counts.size(); ++i) {
    count += errors.counts[i];
    histogram.bucket.push_back(
        {.cumulative_count = count,
         .upper_bound = i < mock_server::DelayErrors::kEdges.size()
                            ? static_cast<double>(mock_server::DelayErrors::kEdges[i].count()) / 1e9
                            : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_count = count;
  histogram.sample_sum = batcher::ToSeconds(errors.sum);
  return family;
}

MetricFamily Jobs(const mock_server::JobCounts& jobs) {
  MetricFamily family{.name = "mock_server_jobs",
                      .help = "Batches that were accepted: not ready yet, or to be fetched.",
                      .type = MetricType::Gauge,
                      .metric = {}};
  for (const auto& [state, count] : {std::pair("pending", jobs.pending), {"done", jobs.done}}) {
    ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"state", state}};
    metric.gauge.value = static_cast<double>(count);
  }
  return family;
}

}  // namespace

std::vector<MetricFamily> MockMetrics::Collect() const {
  return {Requests(server_.counts()), Faults(server_.fault_counts()),
          LatenessOf(server_.delay_errors()), Jobs(server_.jobs())};
}

ShownMock::ShownMock(const mock_server::MockServer* server, LateSource* place)
    : place_(server != nullptr ? place : nullptr) {
  if (place_ != nullptr) {
    place_->Take(std::make_unique<MockMetrics>(*server));
  }
}

ShownMock::~ShownMock() {
  if (place_ != nullptr) {
    place_->Keep();
  }
}

}  // namespace bench
