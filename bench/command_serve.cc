#include "bench/command_serve.h"

#include <fmt/core.h>

#include <cstdio>
#include <optional>

#include "batcher/geoapify/base_url.h"
#include "bench/interrupt.h"
#include "bench/metrics_options.h"
#include "bench/mock_metrics.h"
#include "bench/option_time.h"
#include "bench/terminal.h"
#include "mock_server/http_server.h"

namespace bench {
namespace {

using batcher::Duration;
using batcher::Result;

// The limits that the command line gives as durations.
std::optional<batcher::Error> ReadTimes(const ServeOptions& options,
                                        mock_server::ServerOptions& server) {
  const Result<Duration> patience = ReadTime("--patience", options.patience);
  const Result<Duration> idle = ReadTime("--idle-limit", options.idle_limit);
  const Result<Duration> retention = ReadTime("--job-retention", options.job_retention);
  for (const auto* time : {&patience, &idle, &retention}) {
    if (!*time) {
      return time->error();
    }
  }
  server.limits.patience = *patience;
  server.limits.idle_limit = *idle;
  server.jobs.retention = *retention;
  return std::nullopt;
}

Result<mock_server::ServerOptions> ServerOf(const ServeOptions& options) {
  const Result<scenarios::Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return scenario.error();
  }
  mock_server::ServerOptions server{.service = scenario->server,
                                    .api_key = options.api_key,
                                    .bind = options.bind,
                                    .port = options.port,
                                    .seed = scenario->seed,
                                    .limits = options.limits,
                                    .jobs = options.jobs};
  if (!options.public_url.empty()) {
    const auto parsed = batcher::geoapify::ParseBaseUrl(options.public_url);
    if (!parsed) {
      return batcher::Error{"--public-url: " + parsed.error().message};
    }
    server.public_url = *parsed;
  }
  if (const auto problem = ReadTimes(options, server)) {
    return *problem;
  }
  return server;
}

void WarnOfOthers(const ServeOptions& options, const mock_server::MockServer& server) {
  if (!server.is_loopback()) {
    fmt::print(stderr, "warning: other machines can use this server (--bind {}){}\n", options.bind,
               options.api_key.empty() ? ", with any key: --api-key KEY takes one only" : "");
  }
}

}  // namespace

ExitCode CommandServe(const ServeOptions& options, const std::stop_token& stop) {
  const Result<mock_server::ServerOptions> chosen = ServerOf(options);
  if (!chosen) {
    return Refuse(chosen.error().message);
  }
  const auto server = mock_server::MockServer::Start(*chosen);
  if (!server) {
    return Refuse(server.error().message);
  }
  const auto page = OpenMetrics({.address = options.metrics});
  if (!page) {
    return Refuse(page.error().message);
  }
  const ShownMock shown(server->get(), *page != nullptr ? &(*page)->mock() : nullptr);
  AnnounceMetrics(page->get(), false);
  WarnOfOthers(options, **server);
  if (Printed(ExitCode::kGood, [&] { fmt::print("listening on {}\n", (*server)->origin()); }) !=
      ExitCode::kGood) {
    return ExitCode::kUsage;
  }
  AwaitStop(stop);
  (*server)->Stop();
  return ExitCode::kGood;
}

}  // namespace bench
