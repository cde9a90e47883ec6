#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace batcher {

// Receiving and sending on a connected socket with an end to every wait. Any other thread may
// ::shutdown() the descriptor, which ends each wait too.

enum class TransferEnd : std::uint8_t {
  kMoved,   // `bytes` of them, at least 1
  kClosed,  // the peer has said that nothing more comes, or somebody has shut the socket down
  kLate,    // nothing moved in time
  kFailed,  // the connection is broken
};

struct Transfer {
  TransferEnd end = TransferEnd::kMoved;
  std::size_t bytes = 0;
};

// What is there, at most as much as `room` takes. REQUIRES: room is not empty.
[[nodiscard]] Transfer ReceiveBefore(int descriptor, std::span<char> room,
                                     std::chrono::steady_clock::time_point deadline);
// As many of `bytes` as the socket takes at once. REQUIRES: bytes is not empty.
[[nodiscard]] Transfer SendBefore(int descriptor, std::string_view bytes,
                                  std::chrono::steady_clock::time_point deadline);

}  // namespace batcher
