#include "batcher/base/timed_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"

namespace batcher {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Whether poll(2)'s `event`, or an error, comes before `deadline`.
bool Await(int descriptor, short event, steady_clock::time_point deadline) {
  pollfd waiting{.fd = descriptor, .events = event, .revents = 0};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - RunClock::SteadyNow()).count();
    const auto wait = std::clamp<milliseconds::rep>(left, 0, std::numeric_limits<int>::max());
    const int ready = ::poll(&waiting, 1, static_cast<int>(wait));
    if (ready > 0) {
      return true;
    }
    if (ready == 0 ? left <= wait : errno != EINTR) {
      return false;
    }
  }
}

// Moves bytes by `move`, which does as ::recv, once or until the socket is ready.
template <class Move>
Transfer Perform(int descriptor, short event, steady_clock::time_point deadline, const Move& move) {
  while (true) {
    const ssize_t moved = move();
    if (moved > 0) {
      return {.end = TransferEnd::kMoved, .bytes = static_cast<std::size_t>(moved)};
    }
    if (moved == 0) {
      return {.end = TransferEnd::kClosed};
    }
    if (errno == EINTR) {
      continue;
    }
    if (errno != EAGAIN) {
      return {.end = TransferEnd::kFailed};
    }
    if (!Await(descriptor, event, deadline)) {
      return {.end = TransferEnd::kLate};
    }
  }
}

}  // namespace

Transfer ReceiveBefore(int descriptor, std::span<char> room, steady_clock::time_point deadline) {
  CHECK(!room.empty());
  return Perform(descriptor, POLLIN, deadline,
                 [&] { return ::recv(descriptor, room.data(), room.size(), MSG_DONTWAIT); });
}

Transfer SendBefore(int descriptor, std::string_view bytes, steady_clock::time_point deadline) {
  CHECK(!bytes.empty());
  return Perform(descriptor, POLLOUT, deadline, [&] {
    return ::send(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  });
}

}  // namespace batcher
