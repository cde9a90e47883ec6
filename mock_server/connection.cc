#include "mock_server/connection.h"

#include <sys/socket.h>

#include <algorithm>

#include "batcher/base/run_clock.h"

namespace mock_server {
namespace {

using batcher::RunClock;
using batcher::TransferEnd;

constexpr std::chrono::seconds kLingerGap{1};    // without a byte
constexpr std::chrono::minutes kLingerLimit{2};  // altogether; its place can be had before

}  // namespace

TransferEnd Connection::AwaitInput(Deadline deadline) {
  if (begin_ < end_) {
    return TransferEnd::kMoved;
  }
  const batcher::Transfer got = batcher::ReceiveBefore(descriptor_, input_, deadline);
  begin_ = 0;
  end_ = got.bytes;
  return got.end;
}

std::size_t Connection::SendAtOnce(std::string_view bytes) const {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const batcher::Transfer moved =
        batcher::SendBefore(descriptor_, bytes.substr(sent), RunClock::SteadyNow());
    if (moved.end != TransferEnd::kMoved) {
      break;
    }
    sent += moved.bytes;
  }
  return sent;
}

bool Connection::Send(std::string_view bytes) const {
  const Deadline begin = RunClock::SteadyNow();
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const batcher::Transfer moved =
        batcher::SendBefore(descriptor_, bytes.substr(sent), PaceLimit(begin, sent));
    if (moved.end != TransferEnd::kMoved) {
      return false;
    }
    sent += moved.bytes;
  }
  return true;
}

Deadline Connection::PaceLimit(Deadline begin, std::size_t bytes) const {
  const Deadline paced = begin + std::chrono::seconds(bytes / limits_.min_bytes_per_second);
  return limits_.patience < Deadline::max() - paced ? paced + limits_.patience : Deadline::max();
}

void Connection::Linger() {
  ::shutdown(descriptor_, SHUT_WR);
  const Deadline end = RunClock::SteadyAfter(kLingerLimit);
  while (true) {
    begin_ = end_;
    const Deadline now = RunClock::SteadyNow();
    if (now >= end || AwaitInput(std::min(end, now + kLingerGap)) != TransferEnd::kMoved) {
      return;
    }
  }
}

}  // namespace mock_server
