#include "batcher/base/timed_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "batcher/base/run_clock.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

class TimedSocketTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  Transfer Receive(Duration limit) {
    return ReceiveBefore(ends_[0], room_, RunClock::SteadyAfter(limit));
  }

  std::array<int, 2> ends_{};
  std::array<char, 10> room_{};
};

TEST_F(TimedSocketTest, ReceivesWhatIsThereAndDoesNotWaitForMore) {
  ASSERT_EQ(::send(ends_[1], "abc", 3, 0), 3);
  const Transfer got = Receive(0ms);
  EXPECT_EQ(got.end, TransferEnd::kMoved);
  EXPECT_EQ(std::string(room_.data(), got.bytes), "abc");
}

TEST_F(TimedSocketTest, WaitsUntilSomethingComes) {
  std::thread sender([&] { EXPECT_EQ(::send(ends_[1], "abc", 3, 0), 3); });
  const Transfer got = Receive(1min);
  sender.join();
  EXPECT_EQ(got.end, TransferEnd::kMoved);
  EXPECT_EQ(got.bytes, 3U);
}

TEST_F(TimedSocketTest, AWaitEndsWhenItsTimeIsOver) {
  EXPECT_EQ(Receive(0ms).end, TransferEnd::kLate);
  EXPECT_EQ(Receive(20ms).end, TransferEnd::kLate);
  EXPECT_EQ(Receive(-1h).end, TransferEnd::kLate);
}

TEST_F(TimedSocketTest, AWaitEndsWithTheConnection) {
  std::thread closer([&] { ::shutdown(ends_[1], SHUT_RDWR); });
  EXPECT_EQ(Receive(std::chrono::hours(1'000'000)).end, TransferEnd::kClosed);
  closer.join();
  EXPECT_EQ(SendBefore(ends_[0], "abc", RunClock::SteadyAfter(1min)).end, TransferEnd::kFailed);
}

TEST_F(TimedSocketTest, WhoDoesNotReadIsNotWaitedForForEver) {
  const std::string much(1U << 20U, 'x');
  Transfer sent;
  do {
    sent = SendBefore(ends_[0], much, RunClock::SteadyAfter(10ms));
  } while (sent.end == TransferEnd::kMoved);
  EXPECT_EQ(sent.end, TransferEnd::kLate);
}

}  // namespace
}  // namespace batcher
