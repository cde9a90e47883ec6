#include "bench/command_serve.h"

#include <fmt/core.h>

#include <cstdio>

#include "batcher/geoapify/base_url.h"
#include "bench/interrupt.h"
#include "bench/metrics_options.h"
#include "bench/mock_metrics.h"
#include "bench/terminal.h"
#include "mock_server/http_server.h"

namespace bench {
ExitCode CommandServe(const ServeOptions& options, const std::stop_token& stop) {
  const batcher::Result<scenarios::Scenario> scenario = LoadWith(options.settings);
  if (!scenario) {
    return Refuse(scenario.error().message);
  }
  std::string public_url;
  if (!options.public_url.empty()) {
    const auto parsed = batcher::geoapify::ParseBaseUrl(options.public_url);
    if (!parsed) {
      return Refuse("--public-url: " + parsed.error().message);
    }
    public_url = *parsed;
  }
  const auto server = mock_server::MockServer::Start({.service = scenario->server,
                                                      .api_key = options.api_key,
                                                      .bind = options.bind,
                                                      .port = options.port,
                                                      .public_url = public_url,
                                                      .seed = scenario->seed});
  if (!server) {
    return Refuse(server.error().message);
  }
  const auto page = OpenMetrics({.address = options.metrics});
  if (!page) {
    return Refuse(page.error().message);
  }
  const ShownMock shown(server->get(), *page != nullptr ? &(*page)->mock() : nullptr);
  AnnounceMetrics(page->get(), false);
  if (Printed(ExitCode::kGood, [&] { fmt::print("listening on {}\n", (*server)->origin()); }) !=
      ExitCode::kGood) {
    return ExitCode::kUsage;
  }
  AwaitStop(stop);
  (*server)->Stop();
  return ExitCode::kGood;
}

}  // namespace bench
