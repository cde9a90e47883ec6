#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/base/time.h"

namespace prometheus {
class Collectable;
}  // namespace prometheus

namespace batcher {

struct MetricsServerOptions {
  // HOST:PORT to listen on; port 0 takes a free one. Whoever can connect can read: with 0.0.0.0
  // that is everybody who reaches this machine.
  std::string address = "127.0.0.1:9464";
  // A scraper that reads or sends nothing for so long is disconnected; the slowest one after ten
  // times that, or after this if others wait.
  Duration patience = std::chrono::seconds(1);
};

// Serves metrics to Prometheus over HTTP, on threads of its own: GET /metrics is the text format
// (0.0.4), GET /healthz says "ok", and every connection is closed after one answer. A scrape is
// collected in memory before any of it is sent, so that a slow scraper holds up nothing but one of
// a few threads. All functions are thread-safe.
class MetricsServer {
 public:
  // A server that accepts connections. `sources` must outlive it, and be collectable from any
  // thread; no two of them have a metric of the same name. The error is one sentence: an address
  // that is none, is in use, or is not ours.
  [[nodiscard]] static Result<std::unique_ptr<MetricsServer>> Start(
      std::vector<const prometheus::Collectable*> sources,
      const MetricsServerOptions& options = {});

  ~MetricsServer();  // Stops.
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  // "http://127.0.0.1:9464". A server that listens on every address is named by the loopback one.
  [[nodiscard]] std::string origin() const;
  // Whether only programs of this machine can connect.
  [[nodiscard]] bool is_loopback() const;
  // How often /metrics was asked for.
  [[nodiscard]] std::uint64_t scrapes() const;

  // Closes every connection, whatever its scraper does, and returns when all threads have ended.
  // May be called again.
  void Stop();

 private:
  class Server;
  explicit MetricsServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace batcher
