#include "bench/mock_metrics.h"

#include <prometheus/metric_family.h>

#include <array>
#include <limits>
#include <memory>
#include <string>
#include <utility>

namespace bench {
namespace {

using mock_server::DelayErrorCounts;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// With which the mock answers: series that are there from the start.
constexpr std::array<int, 11> kStatuses = {200, 202, 400, 401, 404, 405, 411, 413, 429, 500, 503};

MetricFamily Requests(const mock_server::ServerCounts& counts) {
  MetricFamily family{.name = "mock_server_requests_total",
                      .help = "HTTP requests by what was asked for and the status of the answer.",
                      .type = MetricType::Counter,
                      .metric = {}};
  for (std::size_t route = 0; route < counts.by_route.size(); ++route) {
    std::map<int, std::uint64_t> by_status = counts.by_route[route];
    for (const int status : kStatuses) {
      by_status.try_emplace(status, 0);
    }
    for (const auto& [status, requests] : by_status) {
      ClientMetric& metric = family.metric.emplace_back();
      metric.label = {{"route", std::string(mock_server::kRouteNames[route])},
                      {"code", std::to_string(status)}};
      metric.counter.value = static_cast<double>(requests);
    }
  }
  return family;
}

MetricFamily DelayErrors(const DelayErrorCounts& errors) {
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
         .upper_bound = i < DelayErrorCounts::kEdges
                            ? static_cast<double>(DelayErrorCounts::Edge(i).count()) / 1e9
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
  return {Requests(server_.counts()), DelayErrors(server_.delay_errors()), Jobs(server_.jobs())};
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
