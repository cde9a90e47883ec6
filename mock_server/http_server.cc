#include "mock_server/http_server.h"

#include <optional>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "mock_server/delays.h"
#include "mock_server/downtimes.h"
#include "mock_server/listener.h"
#include "mock_server/request_counts.h"
#include "mock_server/routes.h"

namespace mock_server {
namespace {

std::string OriginOf(const std::string& host, int port) {
  const bool every_address = host.empty() || host == "0.0.0.0" || host == "::";
  const bool version_6 = host.find(':') != std::string::npos;
  const std::string name = every_address ? "127.0.0.1" : version_6 ? "[" + host + "]" : host;
  return "http://" + name + ":" + std::to_string(port);
}

}  // namespace

class MockServer::Running {
 public:
  explicit Running(const ServerOptions& options);
  ~Running() { Stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Binds and starts to serve. The error says why not. To be called once.
  std::optional<batcher::Error> Serve();
  void StartFaults(std::chrono::steady_clock::time_point start);
  void Stop();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string origin() const { return OriginOf(options_.bind, port_); }
  [[nodiscard]] bool is_loopback() const { return listener_.is_loopback(); }
  Delays& delays() { return delays_; }
  // REQUIRES: Serve answered none.
  [[nodiscard]] Routes& routes() { return *routes_; }
  [[nodiscard]] const RequestCounts& counts() const { return counts_; }
  // REQUIRES: as routes().
  [[nodiscard]] JobCounts jobs() { return routes_->jobs(clock_.Now()); }

 private:
  Reply Answer(const WireRequest& request);

  const ServerOptions options_;
  const batcher::RunClock clock_;
  Delays delays_{clock_};
  RequestCounts counts_;
  std::optional<Routes> routes_;  // Made when the port is known.
  int port_ = 0;
  Listener listener_;    // Its threads use all of the above.
  Downtimes downtimes_;  // Last: its thread uses the listener.
};

MockServer::Running::Running(const ServerOptions& options)
    : options_(options),
      listener_(
          {.bind = options.bind, .port = options.port, .limits = options.limits},
          [this](const WireRequest& request) { return Answer(request); }, counts_),
      downtimes_(FaultPlan(options.service.faults, options.seed), listener_) {}

std::optional<batcher::Error> MockServer::Running::Serve() {
  const batcher::Result<int> port = listener_.Bind();
  if (!port) {
    return port.error();
  }
  port_ = *port;
  routes_.emplace(
      RoutesOptions{.service = options_.service,
                    .api_key = options_.api_key,
                    .public_url = options_.public_url.empty() ? origin() : options_.public_url,
                    .seed = options_.seed,
                    .jobs = options_.jobs});
  if (options_.holds_faults) {
    routes_->StartFaults(batcher::kNever);
  }
  listener_.Serve();
  if (!options_.holds_faults) {
    downtimes_.Start(clock_.ToSteady(batcher::Instant()));
  }
  return std::nullopt;
}

void MockServer::Running::StartFaults(std::chrono::steady_clock::time_point start) {
  CHECK(options_.holds_faults);
  routes_->StartFaults(clock_.FromSteady(start));
  downtimes_.Start(start);
}

void MockServer::Running::Stop() {
  downtimes_.Stop();
  listener_.Disconnect();  // First: a wait that ends early must not become an early answer.
  delays_.Stop();
  listener_.Stop();
}

// The answer is written before the wait, so that writing it is part of the modelled time.
Reply MockServer::Running::Answer(const WireRequest& request) {
  const batcher::Instant now = clock_.Now();
  Reply reply = routes_->Answer(request, now);
  if (reply.ready) {
    if (*reply.ready > now) {
      delays_.Await(*reply.ready);
    }
    const batcher::Duration age = clock_.Now() - *reply.ready;
    reply.headers.emplace_back("X-Batchlab-Answer-Age-Ns", std::to_string(age.count()));
  }
  return reply;
}

batcher::Result<std::unique_ptr<MockServer>> MockServer::Start(const ServerOptions& options) {
  auto running = std::make_unique<Running>(options);
  if (std::optional<batcher::Error> error = running->Serve()) {
    return *std::move(error);
  }
  return std::unique_ptr<MockServer>(new MockServer(std::move(running)));
}

MockServer::MockServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}
MockServer::~MockServer() = default;

int MockServer::port() const { return running_->port(); }
std::string MockServer::origin() const { return running_->origin(); }
bool MockServer::is_loopback() const { return running_->is_loopback(); }
void MockServer::StartFaults(std::chrono::steady_clock::time_point start) {
  running_->StartFaults(start);
}
std::vector<batcher::Duration> MockServer::TakeDelayErrors() {
  return running_->delays().TakeErrors();
}
DelayErrors MockServer::delay_errors() const { return running_->delays().errors(); }
JobCounts MockServer::jobs() const { return running_->jobs(); }
ServerCounts MockServer::counts() const { return running_->counts().Read(); }
FaultLog MockServer::faults() const { return running_->routes().faults(); }
FaultCounts MockServer::fault_counts() const { return running_->routes().fault_counts(); }
WorkDone MockServer::work_done() const { return running_->routes().work_done(); }
void MockServer::Stop() { running_->Stop(); }

}  // namespace mock_server
