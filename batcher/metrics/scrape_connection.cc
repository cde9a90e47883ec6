#include "batcher/metrics/scrape_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "batcher/base/run_clock.h"

namespace batcher {
namespace {

constexpr int kPatiences = 10;  // that a whole scrape may take
constexpr std::size_t kMostBytes = 64U << 10U;

}  // namespace

ScrapeConnection::ScrapeConnection(int descriptor, Duration patience)
    : descriptor_(descriptor),
      patience_(patience),
      end_at_(RunClock::SteadyNow() + kPatiences * patience) {}

ssize_t ScrapeConnection::Read(char* bytes, std::size_t size) {
  if (begin_ == end_ && size > 0) {
    const ssize_t filled = Fill();
    if (filled <= 0) {
      return filled;
    }
  }
  const std::size_t taken = std::min(size, end_ - begin_);
  std::copy_n(input_.data() + begin_, taken, bytes);
  begin_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t ScrapeConnection::Fill() {
  if (read_bytes_ >= kMostBytes) {
    return 0;
  }
  if (!Await(POLLIN)) {
    return -1;
  }
  const ssize_t got = ::recv(descriptor_, input_.data(), input_.size(), MSG_DONTWAIT);
  begin_ = 0;
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  read_bytes_ += end_;
  return got;
}

bool ScrapeConnection::Write(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(descriptor_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes += sent;
      size -= static_cast<std::size_t>(sent);
    } else if ((errno != EAGAIN && errno != EINTR) || !Await(POLLOUT)) {
      return false;
    }
  }
  return true;
}

bool ScrapeConnection::Await(short event) const {
  const Duration left = end_at_ - RunClock::SteadyNow();
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min(left, patience_));
  pollfd waiting{.fd = descriptor_, .events = event, .revents = 0};
  int ready = 0;
  do {
    ready = wait.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(wait.count())) : 0;
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace batcher
