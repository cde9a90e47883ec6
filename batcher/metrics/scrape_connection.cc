#include "batcher/metrics/scrape_connection.h"

#include <algorithm>
#include <string_view>

#include "batcher/base/run_clock.h"
#include "batcher/base/timed_socket.h"

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
  const Transfer got = ReceiveBefore(descriptor_, input_, WaitEnd());
  begin_ = 0;
  end_ = got.bytes;
  read_bytes_ += got.bytes;
  const bool is_whole = got.end == TransferEnd::kMoved || got.end == TransferEnd::kClosed;
  return is_whole ? static_cast<ssize_t>(got.bytes) : -1;
}

bool ScrapeConnection::Write(const char* bytes, std::size_t size) {
  std::string_view left(bytes, size);
  while (!left.empty()) {
    const Transfer sent = SendBefore(descriptor_, left, WaitEnd());
    if (sent.end != TransferEnd::kMoved) {
      return false;
    }
    left.remove_prefix(sent.bytes);
  }
  return true;
}

std::chrono::steady_clock::time_point ScrapeConnection::WaitEnd() const {
  return std::min(RunClock::SteadyAfter(patience_), end_at_);
}

}  // namespace batcher
