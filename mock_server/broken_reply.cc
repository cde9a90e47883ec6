#include "mock_server/broken_reply.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <string_view>

#include "batcher/base/run_clock.h"

namespace mock_server {
namespace {

using batcher::Duration;
using batcher::RunClock;

// Few enough for a body of some hundred bytes to have so many.
constexpr std::size_t kDrops = 20;

// Waits for the peer to leave, or for a stop, until `end` at most; none: for ever. True: it has
// left, or was disconnected.
bool AwaitLeaving(int descriptor, std::optional<Deadline> end) {
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

bool Drip(Connection& connection, std::string_view body, Duration over) {
  const Deadline begin = RunClock::SteadyNow();
  const auto drops = static_cast<Duration::rep>(std::min(kDrops, body.size()));
  std::size_t sent = 0;
  for (Duration::rep drop = 1; drop <= drops; ++drop) {
    if (AwaitLeaving(connection.descriptor(), begin + over * drop / drops)) {
      return false;
    }
    const std::size_t end =
        body.size() * static_cast<std::size_t>(drop) / static_cast<std::size_t>(drops);
    if (!connection.Send(body.substr(sent, end - sent))) {
      return false;
    }
    sent = end;
  }
  return true;
}

}  // namespace

bool SendBroken(Connection& connection, std::string_view reply, const BrokenReply& broken) {
  constexpr std::string_view kEndOfHead = "\r\n\r\n";
  const std::size_t head =
      std::min(reply.find(kEndOfHead), reply.size() - kEndOfHead.size()) + kEndOfHead.size();
  switch (broken.how) {
    case BrokenReply::How::kReset: {
      const linger at_once{.l_onoff = 1, .l_linger = 0};
      ::setsockopt(connection.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
      return false;
    }
    case BrokenReply::How::kClosed:
      return false;
    case BrokenReply::How::kHangs:
      AwaitLeaving(connection.descriptor(), std::nullopt);
      return false;
    case BrokenReply::How::kCut:
      static_cast<void>(connection.Send(reply.substr(0, head + (reply.size() - head) / 2)));
      return false;
    case BrokenReply::How::kDrips:
      return connection.Send(reply.substr(0, head)) &&
             Drip(connection, reply.substr(head), broken.over);
  }
  return false;
}

}  // namespace mock_server
