#include "bench/serve_options.h"

#include <CLI/CLI.hpp>
#include <limits>

namespace bench {
namespace {

constexpr const char* kLimits = "Limits";
constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

void AddSize(CLI::App& serve, const char* name, std::size_t& size, const char* help,
             std::size_t most = kAny) {
  serve.add_option(name, size, help)
      ->check(CLI::Range(std::size_t{1}, most))
      ->type_name("N")
      ->capture_default_str()
      ->group(kLimits);
}

void AddTime(CLI::App& serve, const char* name, std::string& text, const char* help) {
  serve.add_option(name, text, help)->type_name("DURATION")->capture_default_str()->group(kLimits);
}

void AddLimits(CLI::App& serve, ServeOptions& options) {
  constexpr std::size_t kMostLine = 8192;  // that the HTTP library takes
  mock_server::HttpLimits& http = options.limits;
  AddSize(serve, "--max-connections", http.places.most,
          "Served at once; for one more that is closed which waited longest for its client");
  AddSize(serve, "--max-requests", http.max_requests, "On one connection, which then is closed");
  AddSize(serve, "--max-line-bytes", http.head.max_line_bytes,
          "Of a request line (a longer one: 414); 8192 at most", kMostLine);
  AddSize(serve, "--max-header-bytes", http.head.max_header_bytes,
          "Of a request's headers together (more: 431)");
  AddSize(serve, "--max-headers", http.head.max_headers, "Of one request (more: 431)");
  AddSize(serve, "--max-body-bytes", http.max_body_bytes, "Of a request's body (more: 413)");
  AddSize(serve, "--max-held-bytes", http.max_held_bytes,
          "Of all bodies that are being received or answered (more: 503)");
  AddTime(serve, "--patience", options.patience,
          "So long a head may take (longer: 408); so long, and a second more for each "
          "--min-pace, a body or the reading of a reply");
  serve.add_option("--min-pace", http.min_bytes_per_second, "Bytes a second")
      ->check(CLI::Range(std::uint64_t{1}, std::numeric_limits<std::uint64_t>::max()))
      ->type_name("N")
      ->capture_default_str()
      ->group(kLimits);
  AddTime(serve, "--idle-limit", options.idle_limit,
          "So long a used connection is kept without a request");
  AddSize(serve, "--max-jobs", options.jobs.max_jobs, "Kept; the oldest is forgotten first");
  AddSize(serve, "--max-job-bytes", options.jobs.max_bytes, "Of all jobs that are kept");
  AddTime(serve, "--job-retention", options.job_retention, "So long a job is kept once it is done");
}

}  // namespace

CLI::App* AddServe(CLI::App& app, ServeOptions& options) {
  CLI::App* serve =
      app.add_subcommand("serve", "The mock geocoding server alone, until SIGINT or SIGTERM");
  serve->add_option("--port", options.port, "The port; 0 takes a free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  serve
      ->add_option("--bind", options.bind,
                   "The address to listen on; another than this machine's own lets others in")
      ->capture_default_str();
  serve->add_option("--api-key", options.api_key,
                    "The only key to accept (default: any that is not empty)");
  serve
      ->add_option("--metrics", options.metrics,
                   "Serve /metrics there, such as 127.0.0.1:9464; port 0 takes a free one")
      ->type_name("HOST:PORT");
  serve
      ->add_option("--public-url", options.public_url,
                   "The origin put into a batch answer's url (default: its own)")
      ->type_name("URL");
  serve
      ->add_option("--scenario", options.settings.file,
                   "The scenario whose server part is modelled (default: the defaults)")
      ->type_name("FILE");
  AddLimits(*serve, options);
  return serve;
}

}  // namespace bench
