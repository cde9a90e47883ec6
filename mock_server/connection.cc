#include "mock_server/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace mock_server {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdleLimit = std::chrono::hours(1);
constexpr milliseconds kLingerLimit = std::chrono::seconds(1);
constexpr std::size_t kLingerBytes = 64U << 20U;
constexpr std::size_t kHeadLimit = 128U << 10U;
constexpr std::size_t kFlushAt = 64U << 10U;

bool AwaitInput(int descriptor, milliseconds limit) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, static_cast<int>(limit.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

bool Connection::AwaitRequest() {
  return begin_ < end_ || (AwaitInput(descriptor_, kIdleLimit) && Fill() > 0);
}

void Connection::BeginHead() {
  in_head_ = true;
  in_request_line_ = true;
  in_query_ = false;
  head_bytes_ = 0;
  substitute_ = {};
}

ssize_t Connection::Read(char* bytes, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  if (in_head_) {
    return ReadHeadByte(bytes);
  }
  if (begin_ == end_) {
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

ssize_t Connection::ReadHeadByte(char* byte) {
  if (!substitute_.empty()) {
    *byte = substitute_.front();
    substitute_.remove_prefix(1);
    return 1;
  }
  if (++head_bytes_ > kHeadLimit) {
    return 0;
  }
  if (begin_ == end_) {
    const ssize_t filled = Fill();
    if (filled <= 0) {
      return filled;
    }
  }
  *byte = input_[begin_++];
  if (in_request_line_ && *byte == '\n') {
    in_request_line_ = false;
  } else if (in_request_line_ && *byte == '?') {
    if (in_query_) {
      *byte = '%';
      substitute_ = "3F";
    }
    in_query_ = true;
  }
  return 1;
}

ssize_t Connection::Fill() {
  if (!Flush()) {
    return -1;
  }
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_, input_.data(), input_.size(), 0);
  } while (got < 0 && errno == EINTR);
  begin_ = 0;
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got;
}

bool Connection::Write(std::string_view bytes) {
  output_ += bytes;
  return broken_ || output_.size() < kFlushAt || Flush();
}

bool Connection::Flush() {
  if (broken_) {
    return FlushBroken();
  }
  std::string_view left = output_;
  while (!left.empty()) {
    const ssize_t sent = ::send(descriptor_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) {
      return false;
    }
    left.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  }
  output_.clear();
  return true;
}

void Connection::Linger() {
  ::shutdown(descriptor_, SHUT_WR);
  std::size_t discarded = 0;
  while (discarded < kLingerBytes && AwaitInput(descriptor_, kLingerLimit)) {
    const ssize_t got = Fill();
    if (got <= 0) {
      return;
    }
    discarded += static_cast<std::size_t>(got);
  }
}

}  // namespace mock_server
