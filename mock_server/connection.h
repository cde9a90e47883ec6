#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "batcher/base/timed_socket.h"
#include "mock_server/http_limits.h"

namespace mock_server {

// A moment on the machine's clock that a wait ends at.
using Deadline = std::chrono::steady_clock::time_point;

// The two directions of an accepted socket, the way to us buffered. Blocking, but each wait has an
// end; for one thread, though any other may ::shutdown() the descriptor, which ends each wait. Does
// not own the descriptor.
class Connection {
 public:
  // `limits` must outlive it.
  Connection(int descriptor, const HttpLimits& limits) : descriptor_(descriptor), limits_(limits) {}

  [[nodiscard]] int descriptor() const { return descriptor_; }

  // What has been received and not been taken.
  [[nodiscard]] std::string_view input() const {
    return std::string_view(input_.data(), end_).substr(begin_);
  }
  void Take(std::size_t bytes) { begin_ += bytes; }
  // Blocks until there is input. kMoved: there is.
  [[nodiscard]] batcher::TransferEnd AwaitInput(Deadline deadline);

  // Sends what the socket takes at once, and returns how much.
  [[nodiscard]] std::size_t SendAtOnce(std::string_view bytes) const;
  // Sends everything. False if the peer is gone, or doesn't read at the least pace.
  [[nodiscard]] bool Send(std::string_view bytes) const;

  // When a transfer that began then, and has come to so many bytes, has taken too long.
  [[nodiscard]] Deadline PaceLimit(Deadline begin, std::size_t bytes) const;

  // Ends our side, then reads on for a moment: closing with unread bytes would make the kernel
  // reset the connection, and the peer might never see the reply.
  void Linger();

 private:
  int descriptor_;
  const HttpLimits& limits_;
  std::array<char, 16384> input_{};
  std::size_t begin_ = 0;  // Unread input: begin_ .. end_.
  std::size_t end_ = 0;
};

}  // namespace mock_server
