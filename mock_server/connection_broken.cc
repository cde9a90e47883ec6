#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "batcher/base/run_clock.h"
#include "mock_server/connection.h"

// Replies that are broken on purpose.

namespace mock_server {
namespace {

using batcher::Duration;
using batcher::RunClock;
using SteadyTime = std::chrono::steady_clock::time_point;

// Few enough for a body of some hundred bytes to have so many.
constexpr std::size_t kDrops = 20;

// Waits for the peer to leave, or for a stop, until `end` at most; none: for ever. True: it has
// left, or was disconnected.
bool AwaitLeaving(int descriptor, std::optional<SteadyTime> end) {
  while (true) {
    timespec left{};
    if (end) {
      const auto time = std::max<Duration>(*end - RunClock::SteadyNow(), Duration(0));
      left.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(time).count();
      left.tv_nsec = (time % std::chrono::seconds(1)).count();
    }
    pollfd peer{.fd = descriptor, .events = POLLRDHUP, .revents = 0};
    const int ready = ::ppoll(&peer, 1, end ? &left : nullptr, nullptr);
    if (ready >= 0 || errno != EINTR) {
      return ready != 0;
    }
  }
}

}  // namespace

bool Connection::FlushBroken() {
  const BrokenReply broken = *std::exchange(broken_, std::nullopt);
  constexpr std::string_view kEndOfHead = "\r\n\r\n";
  const std::size_t head =
      std::min(output_.find(kEndOfHead), output_.size() - kEndOfHead.size()) + kEndOfHead.size();
  switch (broken.how) {
    case BrokenReply::How::kReset: {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
    case BrokenReply::How::kClosed:
      return false;
    case BrokenReply::How::kHangs:
      AwaitLeaving(descriptor_, std::nullopt);
      return false;
    case BrokenReply::How::kCut:
      output_.resize(head + (output_.size() - head) / 2);
      static_cast<void>(Flush());
      return false;
    case BrokenReply::How::kDrips:
      return Drip(head, broken.over);
  }
  return false;
}

bool Connection::Drip(std::size_t head, Duration over) {
  const std::string body = output_.substr(head);
  output_.resize(head);
  const SteadyTime begin = RunClock::SteadyNow();
  const auto drops = static_cast<Duration::rep>(std::min(kDrops, body.size()));
  std::size_t sent = 0;
  for (Duration::rep drop = 1; drop <= drops; ++drop) {
    if (!Flush() || AwaitLeaving(descriptor_, begin + over * drop / drops)) {
      return false;
    }
    const std::size_t end =
        body.size() * static_cast<std::size_t>(drop) / static_cast<std::size_t>(drops);
    output_ = body.substr(sent, end - sent);
    sent = end;
  }
  return Flush();
}

}  // namespace mock_server
