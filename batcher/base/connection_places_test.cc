#include "batcher/base/connection_places.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "batcher/base/run_clock.h"
#include "batcher/base/timed_socket.h"

namespace batcher {
namespace {

using namespace std::chrono_literals;

// A connection that is served: what comes of it is seen at its socket.
class Served {
 public:
  explicit Served(ConnectionPlaces& places) : places_(places) {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0);
  }
  ~Served() {
    Leave();
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  bool Enter() { return entered_ = places_.Enter(ends_[0]); }
  void Leave() {
    if (entered_.exchange(false)) {
      places_.Leave(ends_[0]);
    }
  }
  bool Working() { return places_.Working(ends_[0]); }
  void Waiting() { places_.Waiting(ends_[0]); }
  // As its thread finds out.
  bool IsShutDown(Duration limit = 0ms) {
    std::array<char, 1> room{};
    return ReceiveBefore(ends_[0], room, RunClock::SteadyAfter(limit)).end == TransferEnd::kClosed;
  }
  // Leaves as soon as it is shut down, and says whether that happened.
  bool LeaveWhenShutDown() {
    const bool is_shut_down = IsShutDown(1min);
    Leave();
    return is_shut_down;
  }

 private:
  ConnectionPlaces& places_;
  std::array<int, 2> ends_{};
  std::atomic<bool> entered_ = false;
};

TEST(ConnectionPlacesTest, WhileThereArePlacesNobodyIsShutDown) {
  ConnectionPlaces places({.most = 2, .grace = 0ms});
  Served first(places);
  Served second(places);
  EXPECT_TRUE(first.Enter());
  EXPECT_TRUE(second.Enter());
  EXPECT_EQ(places.size(), 2U);
  EXPECT_FALSE(first.IsShutDown());
  EXPECT_FALSE(second.IsShutDown());
  EXPECT_FALSE(places.crowded());
}

TEST(ConnectionPlacesTest, OneMoreTakesThePlaceOfTheOneThatHasWaitedLongest) {
  ConnectionPlaces places({.most = 3, .grace = 0ms});
  Served first(places);
  Served second(places);
  Served third(places);
  ASSERT_TRUE(first.Enter() && second.Enter() && third.Enter());
  first.Waiting();  // from now on
  Served fourth(places);
  std::thread thread([&] { EXPECT_TRUE(second.LeaveWhenShutDown()); });
  EXPECT_TRUE(fourth.Enter());
  thread.join();
  EXPECT_FALSE(first.IsShutDown());
  EXPECT_FALSE(third.IsShutDown());
  EXPECT_EQ(places.dropped(), 1U);
  EXPECT_EQ(places.size(), 3U);
}

TEST(ConnectionPlacesTest, WhoWorksIsNotShutDownButWaitedFor) {
  ConnectionPlaces places({.most = 2, .grace = 0ms});
  Served first(places);
  Served second(places);
  ASSERT_TRUE(first.Enter() && second.Enter());
  ASSERT_TRUE(first.Working() && second.Working());
  Served third(places);
  std::atomic<bool> entered = false;
  std::thread thread([&] {
    EXPECT_TRUE(third.Enter());
    entered = true;
  });
  while (!places.crowded()) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(first.IsShutDown());
  EXPECT_FALSE(second.IsShutDown());
  EXPECT_FALSE(entered);
  second.Waiting();
  EXPECT_TRUE(second.LeaveWhenShutDown());
  thread.join();
  EXPECT_FALSE(first.IsShutDown());
}

TEST(ConnectionPlacesTest, InItsGraceNobodyIsShutDown) {
  ConnectionPlaces places({.most = 1, .grace = 1h});
  Served first(places);
  ASSERT_TRUE(first.Enter());
  Served second(places);
  std::thread thread([&] { EXPECT_TRUE(second.Enter()); });
  while (!places.crowded()) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(first.IsShutDown());
  first.Leave();
  thread.join();
}

TEST(ConnectionPlacesTest, AfterItsGraceAConnectionIsShutDown) {
  ConnectionPlaces places({.most = 1, .grace = 20ms});
  Served first(places);
  ASSERT_TRUE(first.Enter());
  Served second(places);
  std::thread thread([&] { EXPECT_TRUE(first.LeaveWhenShutDown()); });
  EXPECT_TRUE(second.Enter());
  thread.join();
}

TEST(ConnectionPlacesTest, WhoWasShutDownCannotBeginToWork) {
  ConnectionPlaces places({.most = 2, .grace = 0ms});
  Served first(places);
  ASSERT_TRUE(first.Enter());
  places.DropOldest();
  EXPECT_TRUE(first.IsShutDown());
  first.Waiting();
  EXPECT_FALSE(first.Working());
  EXPECT_EQ(places.dropped(), 1U);
  places.DropOldest();  // There is none any more.
  EXPECT_EQ(places.dropped(), 1U);
}

TEST(ConnectionPlacesTest, OneIsDroppedAtATimeHoweverSlowlyItLeaves) {
  ConnectionPlaces places({.most = 2, .grace = 0ms});
  Served first(places);
  Served second(places);
  ASSERT_TRUE(first.Enter());
  ASSERT_TRUE(second.Enter());
  places.DropOldest();
  places.DropOldest();
  EXPECT_TRUE(first.IsShutDown());
  EXPECT_FALSE(second.IsShutDown());
  first.Leave();
  places.DropOldest();
  EXPECT_TRUE(second.IsShutDown());
}

TEST(ConnectionPlacesTest, TheEndShutsDownAllAndTakesNobodyElse) {
  ConnectionPlaces places({.most = 1, .grace = 1h});
  Served first(places);
  ASSERT_TRUE(first.Enter());
  ASSERT_TRUE(first.Working());
  Served second(places);
  std::thread thread([&] { EXPECT_FALSE(second.Enter()); });
  while (!places.crowded()) {
    std::this_thread::yield();
  }
  places.ShutdownAll();
  thread.join();
  EXPECT_TRUE(first.IsShutDown());
  Served third(places);
  EXPECT_FALSE(third.Enter());
}

}  // namespace
}  // namespace batcher
