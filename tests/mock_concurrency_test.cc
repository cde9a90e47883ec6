// Goal: a delay that the mock models is the delay that its clients see, however many of them wait
// at one time, and connections that wait for nothing cost nothing.
//
// Method: 200 kept connections ask a model of 200 ms, from their second request on, once spread
// over 50 ms and once at one moment (when 200 requests and replies also compete for the
// processors). By how much they are late stands beside 200 threads of the same run that do nothing
// but wait 200 ms, so that a slow machine explains both. 400 kept connections idle for a second,
// and are open when the server stops. The figures are printed; times are only compared with each
// other, because a busy machine stretches all of them.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "batcher/base/run_clock.h"
#include "batcher/base/time.h"
#include "mock_server/http_server.h"
#include "mock_server/test_socket.h"

namespace {

using batcher::Duration;
using batcher::Instant;
using batcher::RunClock;
using batcher::ToMilliseconds;
using mock_server::MockServer;
using mock_server::TestSocket;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr int kClients = 200;
constexpr auto kModelled = 200ms;
constexpr Duration kSpread = 50ms;
constexpr const char* kRequest =
    "GET /v1/geocode/search?apiKey=K&text=Paris HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr const char* kHealthRequest = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

std::unique_ptr<MockServer> StartServer() {
  auto started = MockServer::Start(
      {.service = {.single = mock_server::ConstantLatency(kModelled), .workers = std::nullopt}});
  EXPECT_TRUE(started);
  return std::move(*started);
}

Duration SinceStart(const RunClock& clock) { return clock.Now() - Instant(); }

// Blocks for `time`, on a condition that nobody signals.
void WaitBare(Duration time) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, time, [] { return false; });
}

// Runs `work(i)` on a thread for each client, the first at once, the last after `spread`. Returns
// the wall time.
Duration RunTogether(Duration spread, const std::function<void(int)>& work) {
  std::latch ready(kClients + 1);
  std::vector<std::jthread> threads;
  threads.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      WaitBare(spread * i / kClients);
      work(i);
    });
  }
  ready.arrive_and_wait();
  const RunClock clock;
  threads.clear();
  return SinceStart(clock);
}

void Print(const std::string& name, std::vector<double> late_ms) {
  std::ranges::sort(late_ms);
  const auto at = [&](std::size_t percent) {
    return late_ms[std::min(late_ms.size() - 1, late_ms.size() * percent / 100)];
  };
  std::cout << name << " late by p50 " << at(50) << ", p90 " << at(90) << ", p99 " << at(99)
            << " ms\n";
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Two hundred connections to a server, and by how much their replies were late.
class Clients {
 public:
  explicit Clients(const MockServer& server) : late_ms_(kClients), replies_(kClients) {
    for (int i = 0; i < kClients; ++i) {
      sockets_.push_back(std::make_unique<TestSocket>(server.port()));
    }
  }

  // Each asks once. Returns the wall time.
  Duration Ask(Duration spread) {
    return RunTogether(spread, [this](int i) {
      const auto client = static_cast<std::size_t>(i);
      const RunClock clock;
      replies_[client] = sockets_[client]->Send(kRequest).ReadReply();
      late_ms_[client] = ToMilliseconds(SinceStart(clock) - kModelled);
    });
  }

  [[nodiscard]] const std::vector<double>& late_ms() const { return late_ms_; }

  void ExpectAllAnsweredInTime() const {
    for (const std::string& reply : replies_) {
      EXPECT_TRUE(reply.starts_with("HTTP/1.1 200"));
    }
    EXPECT_GE(*std::ranges::min_element(late_ms_), 0) << "answered early";
  }

 private:
  std::vector<std::unique_ptr<TestSocket>> sockets_;
  std::vector<double> late_ms_;
  std::vector<std::string> replies_;
};

TEST(MockConcurrencyTest, TwoHundredClientsWaitNoLongerThanTwoHundredBareThreads) {
  const std::unique_ptr<MockServer> server = StartServer();
  Clients clients(*server);
  clients.Ask(0ms);  // The first request of a connection makes its thread.
  (void)server->TakeDelayErrors();
  for (const Duration spread : {kSpread, Duration(0ms)}) {
    std::vector<double> bare_late_ms(kClients);
    const Duration bare = RunTogether(spread, [&](int i) {
      const RunClock clock;
      WaitBare(kModelled);
      bare_late_ms[static_cast<std::size_t>(i)] = ToMilliseconds(SinceStart(clock) - kModelled);
    });
    const Duration asked = clients.Ask(spread);
    std::vector<double> errors_ms;
    for (const Duration error : server->TakeDelayErrors()) {
      errors_ms.push_back(ToMilliseconds(error));
    }
    ASSERT_EQ(errors_ms.size(), static_cast<std::size_t>(kClients));
    std::cout << kClients << " starts within " << ToMilliseconds(spread) << " ms: all in "
              << ToMilliseconds(asked) << " ms, bare threads in " << ToMilliseconds(bare)
              << " ms\n";
    Print("  replies seen by clients", clients.late_ms());
    Print("  delays inside the mock ", errors_ms);
    Print("  bare waiting threads   ", bare_late_ms);
    clients.ExpectAllAnsweredInTime();
    EXPECT_LT(asked, 3 * bare) << "requests queued for each other";
  }
  EXPECT_EQ(server->counts().OfStatus(200), 3U * kClients);
  EXPECT_GT(server->counts().peak_requests, kClients / 2U);
}

TEST(MockConcurrencyTest, IdleConnectionsCostNextToNothingAndEndWithTheServer) {
  constexpr int kIdle = 400;
  const std::unique_ptr<MockServer> server = StartServer();
  std::vector<std::unique_ptr<TestSocket>> idle;
  for (int i = 0; i < kIdle; ++i) {
    idle.push_back(std::make_unique<TestSocket>(server->port()));
    ASSERT_TRUE(idle.back()->Send(kHealthRequest).ReadReply().ends_with("ok"));
  }
  const double cpu_before = CpuSeconds();
  const RunClock idle_clock;
  WaitBare(1s);
  const double wall = batcher::ToSeconds(SinceStart(idle_clock));
  const double share = (CpuSeconds() - cpu_before) / wall;
  std::cout << kIdle << " idle connections: " << 100 * share << " % of a core\n";
  EXPECT_LT(share, 0.25);

  const RunClock stop_clock;
  server->Stop();
  const Duration took = SinceStart(stop_clock);
  std::cout << "stopped in " << ToMilliseconds(took) << " ms\n";
  EXPECT_LT(took, 5s);
  for (const auto& socket : idle) {
    EXPECT_EQ(socket->ReadAll(), "");
  }
}

}  // namespace
