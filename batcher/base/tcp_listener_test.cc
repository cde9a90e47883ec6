#include "batcher/base/tcp_listener.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "mock_server/test_socket.h"

namespace batcher {
namespace {

using mock_server::TestSocket;

std::unique_ptr<TcpListener> Listen(const std::string& host) {
  auto bound = TcpListener::Bind(host, 0, 10);
  EXPECT_TRUE(bound) << bound.error().message;
  return *std::move(bound);
}

TcpListener::Handlers Closing() {
  return {.take = [](int descriptor) { ::close(descriptor); }, .make_room = [] {}};
}

TEST(TcpListenerTest, TakesInWhoeverConnectsBeforeAndAfterItServes) {
  const auto listener = Listen("127.0.0.1");
  TestSocket before(listener->port());
  listener->Serve(Closing());
  EXPECT_EQ(before.ReadAll(), "");
  EXPECT_EQ(TestSocket(listener->port()).ReadAll(), "");
}

TEST(TcpListenerTest, TakesInNobodyAfterTheStop) {
  const auto listener = Listen("127.0.0.1");
  int taken = 0;
  listener->Serve(
      {.take = [&](int descriptor) { ++taken, ::close(descriptor); }, .make_room = [] {}});
  EXPECT_EQ(TestSocket(listener->port()).ReadAll(), "");
  listener->Stop();
  listener->Stop();
  EXPECT_EQ(TestSocket(listener->port()).ReadAll(), "");
  EXPECT_EQ(taken, 1);
}

TEST(TcpListenerTest, TheStopWaitsForTheOneThatIsBeingTaken) {
  const auto listener = Listen("127.0.0.1");
  std::promise<void> taking;
  std::promise<void> proceed;
  bool taken = false;
  listener->Serve({.take =
                       [&](int descriptor) {
                         taking.set_value();
                         proceed.get_future().wait();
                         ::close(descriptor);
                         taken = true;
                       },
                   .make_room = [] {}});
  const TestSocket client(listener->port());
  taking.get_future().wait();
  std::thread stopper([&] {
    listener->Stop();
    EXPECT_TRUE(taken);
  });
  proceed.set_value();
  stopper.join();
}

TEST(TcpListenerTest, EndsAtOnceWhetherOrNotItServes) {
  for (int i = 0; i < 20; ++i) {
    const auto idle = Listen("127.0.0.1");
    const auto serving = Listen("127.0.0.1");
    serving->Serve(Closing());
  }
}

TEST(TcpListenerTest, AnAddressThatCannotBeHadIsAnError) {
  const auto listener = Listen("127.0.0.1");
  EXPECT_EQ(TcpListener::Bind("127.0.0.1", listener->port(), 10).error().message,
            "Address already in use");
  EXPECT_EQ(TcpListener::Bind("127.0.0.1", 65536, 10).error().message, "a port is from 0 to 65535");
  EXPECT_EQ(TcpListener::Bind("127.0.0.1", -1, 10).error().message, "a port is from 0 to 65535");
  EXPECT_EQ(TcpListener::Bind("nobody.invalid", 0, 10).error().message,
            "this is no address of this machine");
}

TEST(TcpListenerTest, KnowsWhetherOnlyThisMachineCanConnect) {
  EXPECT_TRUE(Listen("127.0.0.1")->is_loopback());
  EXPECT_TRUE(Listen("127.1.2.3")->is_loopback());
  EXPECT_TRUE(Listen("localhost")->is_loopback());
  EXPECT_FALSE(Listen("0.0.0.0")->is_loopback());
  EXPECT_FALSE(Listen("")->is_loopback());
}

}  // namespace
}  // namespace batcher
