#include "batcher/metrics/metrics_server.h"

#include <httplib.h>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

#include "batcher/base/connection_places.h"
#include "batcher/base/tcp_listener.h"
#include "batcher/metrics/scrape_address.h"
#include "batcher/metrics/scrape_connection.h"

namespace batcher {
namespace {

constexpr int kBacklog = 128;
constexpr std::size_t kThreads = 8;  // so many scrapers are served at once
constexpr const char* kMetricsPath = "/metrics";
constexpr const char* kHealthPath = "/healthz";
constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kTextType = "text/plain; charset=utf-8";

// Our connection as the library wants to see it.
class ConnectionStream : public httplib::Stream {
 public:
  explicit ConnectionStream(ScrapeConnection& connection) : connection_(connection) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, std::size_t size) override { return connection_.Read(bytes, size); }
  ssize_t write(const char* bytes, std::size_t size) override {
    return connection_.Write(bytes, size) ? static_cast<ssize_t>(size) : -1;
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  // Not ours: the library would refuse numbers beyond what select() can take, which nobody uses.
  socket_t socket() const override { return 0; }

 private:
  ScrapeConnection& connection_;
};

}  // namespace

// The library's server, with our own way to take in and to serve a connection: we know how to end
// one that waits.
class MetricsServer::Server : public httplib::Server {
 public:
  Server(std::vector<const prometheus::Collectable*> sources, ScrapeAddress address,
         Duration patience);
  ~Server() override { Stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and starts to serve. The error says why not. To be called once.
  std::optional<Error> Serve();
  void Stop();

  [[nodiscard]] std::string origin() const { return OriginOf(address_); }
  [[nodiscard]] bool is_loopback() const { return listener_->is_loopback(); }
  [[nodiscard]] std::uint64_t scrapes() const { return scrapes_; }

 private:
  // On the accepting thread: finds the connection a place and a thread.
  void Take(int descriptor);
  void ServeAndClose(int descriptor);
  void Converse(int descriptor);
  void Answer(const httplib::Request& request, httplib::Response& response);
  [[nodiscard]] std::string Scrape() const;

  const std::vector<const prometheus::Collectable*> sources_;
  ScrapeAddress address_;
  const Duration patience_;
  std::atomic<std::uint64_t> scrapes_ = 0;
  ConnectionPlaces places_;
  httplib::ThreadPool threads_{kThreads};
  std::once_flag stopped_;
  std::unique_ptr<TcpListener> listener_;
};

MetricsServer::Server::Server(std::vector<const prometheus::Collectable*> sources,
                              ScrapeAddress address, Duration patience)
    : sources_(std::move(sources)),
      address_(std::move(address)),
      patience_(patience),
      places_({.most = kThreads, .grace = patience}) {
  // Everything is answered before the library reads a body or looks for a route.
  set_pre_routing_handler([this](const auto& request, auto& response) {
    Answer(request, response);
    return HandlerResponse::Handled;
  });
  set_exception_handler([](const auto& /*request*/, auto& response, const auto& /*exception*/) {
    response.status = 500;
    response.set_content("The metrics could not be collected\n", kTextType);
  });
}

std::optional<Error> MetricsServer::Server::Serve() {
  auto bound = TcpListener::Bind(address_.host, address_.port, kBacklog);
  if (!bound) {
    return Error{"cannot serve metrics on " + address_.host + ":" + std::to_string(address_.port) +
                 ": " + bound.error().message};
  }
  listener_ = *std::move(bound);
  address_.port = listener_->port();
  listener_->Serve({.take = [this](int descriptor) { Take(descriptor); },
                    .make_room = [this] { places_.DropOldest(); }});
  return std::nullopt;
}

void MetricsServer::Server::Stop() {
  std::call_once(stopped_, [this] {
    places_.ShutdownAll();
    if (listener_ != nullptr) {
      listener_->Stop();
    }
    threads_.shutdown();
  });
}

void MetricsServer::Server::Take(int descriptor) {
  if (!places_.Enter(descriptor)) {
    ::close(descriptor);
    return;
  }
  try {
    threads_.enqueue([this, descriptor] { ServeAndClose(descriptor); });
  } catch (const std::exception&) {  // Out of memory: it costs this connection.
    places_.Leave(descriptor);
    ::close(descriptor);
  }
}

void MetricsServer::Server::ServeAndClose(int descriptor) {
  try {
    Converse(descriptor);
  } catch (const std::exception&) {
    // Out of memory, or what the library throws beyond its handlers: it costs one connection.
  }
  places_.Leave(descriptor);
  ::close(descriptor);
}

void MetricsServer::Server::Converse(int descriptor) {
  ScrapeConnection connection(descriptor, patience_);
  ConnectionStream stream(connection);
  bool asked_to_close = false;
  // An idle kept connection would occupy a thread.
  constexpr bool kCloseAfterwards = true;
  process_request(stream, kCloseAfterwards, asked_to_close, [](httplib::Request& request) {
    request.headers.erase("Accept-Encoding");  // Compressing costs more than the loopback does.
    request.ranges.clear();
  });
  ::shutdown(descriptor, SHUT_WR);
}

void MetricsServer::Server::Answer(const httplib::Request& request, httplib::Response& response) {
  const bool known = request.path == kMetricsPath || request.path == kHealthPath;
  response.status = 200;
  if (!known) {
    response.status = 404;
    response.set_content("There is nothing at this path: see /metrics\n", kTextType);
  } else if (request.method != "GET" && request.method != "HEAD") {
    response.status = 405;
    response.set_header("Allow", "GET, HEAD");
    response.set_content("This path answers to GET only\n", kTextType);
  } else if (request.path == kHealthPath) {
    response.set_content("ok\n", kTextType);
  } else {
    ++scrapes_;
    response.set_content(Scrape(), kMetricsType);
  }
}

std::string MetricsServer::Server::Scrape() const {
  std::vector<prometheus::MetricFamily> all;
  for (const prometheus::Collectable* source : sources_) {
    std::vector<prometheus::MetricFamily> families = source->Collect();
    std::move(families.begin(), families.end(), std::back_inserter(all));
  }
  return prometheus::TextSerializer().Serialize(all);
}

Result<std::unique_ptr<MetricsServer>> MetricsServer::Start(
    std::vector<const prometheus::Collectable*> sources, const MetricsServerOptions& options) {
  Result<ScrapeAddress> address = ParseScrapeAddress(options.address);
  if (!address) {
    return address.error();
  }
  auto server = std::make_unique<Server>(std::move(sources), *std::move(address), options.patience);
  if (std::optional<Error> error = server->Serve()) {
    return *std::move(error);
  }
  return std::unique_ptr<MetricsServer>(new MetricsServer(std::move(server)));
}

MetricsServer::MetricsServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
MetricsServer::~MetricsServer() = default;

std::string MetricsServer::origin() const { return server_->origin(); }
bool MetricsServer::is_loopback() const { return server_->is_loopback(); }
std::uint64_t MetricsServer::scrapes() const { return server_->scrapes(); }
void MetricsServer::Stop() { server_->Stop(); }

}  // namespace batcher
