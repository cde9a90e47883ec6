#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batcher/base/run_clock.h"
#include "mock_server/http_server.h"
#include "mock_server/test_socket.h"
#include "mock_server/wire.h"

// What a client sees on the wire when a reply, or the server, is broken on purpose.

namespace mock_server {
namespace {

using batcher::Choice;
using batcher::RunClock;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::EndsWith;
using testing::StartsWith;

constexpr const char* kRequest =
    "GET /v1/geocode/search?apiKey=K&format=json&text=Paris HTTP/1.1\r\nHost: x\r\n\r\n";
// Far more than any wait that a test means to see end.
constexpr auto kGenerous = std::chrono::seconds(30);

using Fields = std::vector<std::pair<std::string_view, double>>;

Choice Of(FaultKind kind, const Fields& fields = {}) {
  Choice choice(FaultKinds()[static_cast<std::size_t>(kind)]);
  for (const auto& [name, value] : fields) {
    choice.Set(name, value);
  }
  return choice;
}

ServerOptions With(std::vector<Choice> faults) {
  return {.service = {.single = ConstantLatency(1ms), .faults = std::move(faults)}};
}

std::unique_ptr<MockServer> Started(const ServerOptions& options) {
  auto started = MockServer::Start(options);
  EXPECT_TRUE(started) << started.error().message;
  return *std::move(started);
}

// Asks again and again, each time on a connection of its own, until whether the server listens is
// `up`. The error of that try; none: it took too long. A connection that is half made when the
// server goes down is reset, and tells nothing of the next.
std::optional<int> AwaitUp(const MockServer& server, bool up) {
  const auto end = RunClock::SteadyAfter(kGenerous);
  while (RunClock::SteadyNow() < end) {
    const TestSocket socket(server.port());
    if (socket.connected() == up && socket.last_error() != ECONNRESET) {
      return socket.last_error();
    }
  }
  return std::nullopt;
}

TEST(BrokenReplyTest, AResetOrAnEndComesInPlaceOfTheReply) {
  const auto resets = Started(With({Of(FaultKind::kReset)}));
  TestSocket reset(resets->port());
  EXPECT_EQ(reset.Send(kRequest).ReadAll(), "");
  EXPECT_EQ(reset.last_error(), ECONNRESET);
  const auto closes = Started(With({Of(FaultKind::kClosed)}));
  TestSocket closed(closes->port());
  EXPECT_EQ(closed.Send(kRequest).ReadAll(), "");
  EXPECT_EQ(closed.last_error(), 0);
  EXPECT_EQ(closes->counts().OfStatus(0), 1U) << "no reply was sent";
}

TEST(BrokenReplyTest, ACutReplyPromisesMoreThanItSends) {
  const auto server = Started(With({Of(FaultKind::kCut)}));
  const std::string reply = TestSocket(server->port()).Send(kRequest).ReadAll();
  const std::string body = SingleJson("Paris");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, testing::HasSubstr("Content-Length: " + std::to_string(body.size()) + "\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n" + body.substr(0, body.size() / 2)));
}

TEST(BrokenReplyTest, ADrippingReplyIsWholeInTheEnd) {
  const auto server = Started(With({Of(FaultKind::kDrip, {{"over", 200e6}})}));
  TestSocket client(server->port());
  const auto begin = RunClock::SteadyNow();
  EXPECT_THAT(client.Send(kRequest).ReadReply(), EndsWith("\r\n\r\n" + SingleJson("Paris")));
  EXPECT_GE(RunClock::SteadyNow() - begin, 200ms);
  EXPECT_THAT(client.Send(kRequest).ReadReply(), StartsWith("HTTP/1.1 200 OK\r\n"))
      << "the connection goes on";
}

TEST(BrokenReplyTest, AHangingReplyEndsWhenTheClientLeaves) {
  auto options = With({Of(FaultKind::kHang)});
  options.limits.places.most = 1;
  const auto server = Started(options);
  TestSocket(server->port()).Send(kRequest);  // and is gone
  TestSocket next(server->port());
  EXPECT_THAT(next.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").ReadReply(), EndsWith("ok"))
      << "there is room for the next";
}

TEST(BrokenReplyTest, AStopWaitsForNothingThatHangsOrDrips) {
  for (const Choice& fault : {Of(FaultKind::kHang), Of(FaultKind::kDrip, {{"over", 3600e9}})}) {
    const auto server = Started(With({fault}));
    std::vector<std::unique_ptr<TestSocket>> clients;
    for (int i = 0; i < 5; ++i) {
      clients.push_back(std::make_unique<TestSocket>(server->port()));
      clients.back()->Send(kRequest);
    }
    while (server->faults().done.size() < clients.size()) {
    }
    const auto begin = RunClock::SteadyNow();
    server->Stop();
    EXPECT_LT(RunClock::SteadyNow() - begin, 10s) << fault.kind();
  }
}

TEST(DowntimeTest, ConnectionsAreRefusedUntilTheServerIsUpAgain) {
  auto options = With({Of(FaultKind::kRefused, {{"for", 2e9}})});
  options.holds_faults = true;
  const auto server = Started(options);
  TestSocket before(server->port());
  EXPECT_THAT(before.Send(kRequest).ReadReply(), StartsWith("HTTP/1.1 200 OK\r\n"));
  server->StartFaults(RunClock::SteadyNow());
  EXPECT_EQ(before.ReadAll(), "") << "ends with what is open";
  EXPECT_EQ(AwaitUp(*server, false), ECONNREFUSED);
  EXPECT_EQ(AwaitUp(*server, true), 0) << "on the same port";
  EXPECT_THAT(TestSocket(server->port()).Send(kRequest).ReadReply(),
              StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(DowntimeTest, AStopNeedNotWaitForTheServerToComeBack) {
  auto options = With({Of(FaultKind::kRefused, {{"for", 1e9}, {"every", 2e9}})});
  options.service.single = ConstantLatency(20s);
  const auto server = Started(options);
  EXPECT_EQ(AwaitUp(*server, false), ECONNREFUSED);
  const auto begin = RunClock::SteadyNow();
  server->Stop();
  EXPECT_LT(RunClock::SteadyNow() - begin, 10s);
}

// Those who wait for a slow answer lose it at once, and don't hold up the next connections.
TEST(DowntimeTest, RequestsUnderWayEnd) {
  auto options = With({Of(FaultKind::kRefused, {{"for", 100e6}})});
  options.service.single = ConstantLatency(3600s);
  options.holds_faults = true;
  const auto server = Started(options);
  TestSocket waits(server->port());
  waits.Send(kRequest);
  while (server->work_done().service_ns == 0) {
  }
  server->StartFaults(RunClock::SteadyNow());
  EXPECT_EQ(waits.ReadAll(), "");
  EXPECT_EQ(AwaitUp(*server, true), 0);
}

}  // namespace
}  // namespace mock_server
