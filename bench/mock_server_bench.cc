// How many HTTP requests the mock server answers, and by how much the delays that it models are
// late, beside a bare route of the HTTP library under it in the same run.
//
// Each connection is kept and has a client thread; a client sends its next request when it has the
// answer to the one before. An iteration is `--requests` requests of each connection (a tenth of it
// where each takes 20 ms, but at least 2). Timed: from the first request to the last answer, on
// loopback, with the clients on the processors of the server. Not timed: connecting, and the first
// request of each connection, for which the server makes a thread.
//
// The mock answers a single call of a known address. `bare` is the route that one would write
// without the mock: the library as it comes, but for the settings without which it would measure
// its own pauses (TCP_NODELAY, kept connections, a thread for each, a longer backlog); it answers
// as many bytes, after a wait of the same length on a condition.
//
// `cpu` is that of all threads, clients and server.
//
// late_p50_us and late_p99_us tell by how much answers came after the modelled delay, as the
// clients saw it: all that the server and the machine add, and for 0 ms the whole time of a
// request. model_p99_us is the mock's own figure of its delay error, which a run takes into its
// margin.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <httplib.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "bench/benchmark_main.h"
#include "mock_server/http_server.h"
#include "mock_server/test_socket.h"
#include "results/lib/quantile.h"

namespace {

using std::chrono_literals::operator""ms;

using batcher::Duration;
using batcher::RunClock;
using mock_server::MockServer;
using mock_server::TestSocket;

constexpr const char* kPath = "/v1/geocode/search";
constexpr const char* kRequest =
    "GET /v1/geocode/search?apiKey=K&text=Paris HTTP/1.1\r\nHost: x\r\n\r\n";

// Kept connections that ask at the same time, each one request after the other.
class Clients {
 public:
  Clients(int port, std::size_t connections, std::size_t requests)
      : sockets_(connections),
        latencies_(connections),
        turn_(static_cast<std::ptrdiff_t>(connections) + 1) {
    for (std::unique_ptr<TestSocket>& socket : sockets_) {
      socket = std::make_unique<TestSocket>(port);
      first_reply_ = socket->Send(kRequest).ReadReply();
    }
    for (std::size_t i = 0; i < connections; ++i) {
      threads_.emplace_back([this, i, requests] {
        while (turn_.arrive_and_wait(), !ending_) {
          Ask(i, requests);
          turn_.arrive_and_wait();
        }
      });
    }
  }
  ~Clients() {
    ending_ = true;
    turn_.arrive_and_wait();
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  // All requests of an iteration, in seconds.
  double Run() {
    const auto start = RunClock::SteadyNow();
    turn_.arrive_and_wait();
    turn_.arrive_and_wait();
    return std::chrono::duration<double>(RunClock::SteadyNow() - start).count();
  }

  [[nodiscard]] const std::string& first_reply() const { return first_reply_; }

  // Of all requests so far, in no order.
  [[nodiscard]] std::vector<Duration> Latencies() const {
    std::vector<Duration> all;
    for (const std::vector<Duration>& some : latencies_) {
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

 private:
  void Ask(std::size_t client, std::size_t requests) {
    for (std::size_t i = 0; i < requests; ++i) {
      const auto start = RunClock::SteadyNow();
      const std::string reply = sockets_[client]->Send(kRequest).ReadReply();
      latencies_[client].push_back(RunClock::SteadyNow() - start);
      CHECK(reply.starts_with("HTTP/1.1 200"));
    }
  }

  std::vector<std::unique_ptr<TestSocket>> sockets_;
  std::vector<std::vector<Duration>> latencies_;
  std::string first_reply_;
  std::barrier<> turn_;
  bool ending_ = false;                // Written before a turn begins, read after.
  std::vector<std::jthread> threads_;  // Last member: they use the others.
};

// The library's server with one route that answers `body` after `delay`.
class BareServer {
 public:
  BareServer(Duration delay, std::size_t connections, std::string body) {
    server_.new_task_queue = [connections] { return new httplib::ThreadPool(connections + 2); };
    server_.set_keep_alive_max_count(1'000'000'000);
    server_.set_keep_alive_timeout(60);  // Its clients are gone before it is.
    server_.set_socket_options([this](socket_t descriptor) {
      const int yes = 1;
      ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      listener_ = descriptor;
    });
    server_.Get(kPath, [this, delay, body = std::move(body)](const httplib::Request& /*request*/,
                                                             httplib::Response& response) {
      if (delay > Duration(0)) {
        std::unique_lock lock(mutex_);
        never_.wait_for(lock, delay, [] { return false; });
      }
      response.set_content(body, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    ::listen(listener_, 1024);
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) {  // Stopped before it runs, it would run for ever.
      std::this_thread::yield();
    }
  }
  ~BareServer() { server_.stop(); }
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;

  [[nodiscard]] int port() const { return port_; }

 private:
  std::mutex mutex_;
  std::condition_variable never_;  // Nobody signals it.
  httplib::Server server_;
  int listener_ = -1;
  int port_ = 0;
  std::jthread thread_;  // Last member: it uses the others.
};

// What an entry measures.
struct Setting {
  Duration delay{0};
  std::size_t connections = 1;
  std::size_t requests = 1;  // of each connection
};

double QuantileUs(std::vector<Duration>& times, double q) {
  std::ranges::sort(times);
  return batcher::ToMilliseconds(results::Quantile(times, q)) * 1e3;
}

void Measure(benchmark::State& state, const Setting& setting, Clients& clients) {
  for ([[maybe_unused]] auto _ : state) {
    state.SetIterationTime(clients.Run());
  }
  const std::size_t all = setting.connections * setting.requests;
  state.counters["requests_per_s"] =
      benchmark::Counter(static_cast<double>(all), benchmark::Counter::kIsIterationInvariantRate);
  std::vector<Duration> late = clients.Latencies();
  for (Duration& one : late) {
    one -= setting.delay;
  }
  state.counters["late_p50_us"] = QuantileUs(late, 0.5);
  state.counters["late_p99_us"] = QuantileUs(late, 0.99);
}

batcher::Result<std::unique_ptr<MockServer>> StartMock(Duration delay) {
  return MockServer::Start(
      {.service = {.single = mock_server::ConstantLatency(delay), .workers = std::nullopt}});
}

void Mock(benchmark::State& state, const Setting& setting) {
  const auto server = StartMock(setting.delay);
  if (!server) {
    state.SkipWithError(server.error().message.c_str());
    return;
  }
  Clients clients((*server)->port(), setting.connections, setting.requests);
  (void)(*server)->TakeDelayErrors();
  Measure(state, setting, clients);
  std::vector<Duration> errors = (*server)->TakeDelayErrors();
  if (!errors.empty()) {
    state.counters["model_p99_us"] = QuantileUs(errors, 0.99);
  }
}

void Bare(benchmark::State& state, const Setting& setting, const std::string& body) {
  BareServer server(setting.delay, setting.connections, body);
  Clients clients(server.port(), setting.connections, setting.requests);
  Measure(state, setting, clients);
}

std::optional<batcher::Error> RegisterAll(std::size_t requests) {
  const auto server = StartMock(0ms);
  if (!server) {
    return server.error();
  }
  const std::string reply = TestSocket((*server)->port()).Send(kRequest).ReadReply();
  const std::string body = reply.substr(reply.find("\r\n\r\n") + 4);
  for (const std::chrono::milliseconds delay : {0ms, 20ms}) {
    for (const std::size_t connections : {1U, 16U, 64U}) {
      const Setting setting{
          .delay = delay,
          .connections = connections,
          .requests = delay > 0ms ? std::max<std::size_t>(requests / 10, 2) : requests};
      const auto add = [&](const char* kind, std::function<void(benchmark::State&)> function) {
        bench::AddBenchmark(fmt::format("{}/{}ms/connections:{}", kind, delay.count(), connections),
                            bench::BenchmarkTime::kByItself, std::move(function));
      };
      add("mock", [=](benchmark::State& state) { Mock(state, setting); });
      add("bare", [=](benchmark::State& state) { Bare(state, setting, body); });
    }
  }
  return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  std::string requests = "100";
  const auto options = std::to_array<bench::BenchmarkOption>(
      {{.name = "requests",
        .meaning = "Requests of each connection in one iteration",
        .value = &requests}});
  return bench::BenchmarkMain(
      argc, argv, {.options = options, .prepare = [&]() -> std::optional<batcher::Error> {
                     const batcher::Result<std::size_t> number =
                         bench::PositiveNumber(options.front());
                     return number ? RegisterAll(*number) : std::optional(number.error());
                   }});
}
