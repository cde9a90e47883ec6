#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstddef>

#include "batcher/base/time.h"

namespace batcher {

// The two directions of an accepted socket whose peer may stop to read or to send at any time: what
// is not done within `patience` fails, and so does everything after ten times that. For one thread,
// though any other may ::shutdown() the descriptor, which ends each wait. Does not own the
// descriptor.
class ScrapeConnection {
 public:
  ScrapeConnection(int descriptor, Duration patience);

  // As ::recv: the number of bytes, 0 at the end, -1 on an error. What is longer than any request
  // of a scraper seems to end.
  ssize_t Read(char* bytes, std::size_t size);
  // Sends everything. False if the peer is gone, or takes too long.
  [[nodiscard]] bool Write(const char* bytes, std::size_t size);

 private:
  // When a wait that begins now has lasted too long.
  [[nodiscard]] std::chrono::steady_clock::time_point WaitEnd() const;
  // Reads more into the empty buffer, as ::recv.
  ssize_t Fill();

  const int descriptor_;
  const Duration patience_;
  const std::chrono::steady_clock::time_point end_at_;
  std::array<char, 4096> input_{};
  std::size_t begin_ = 0;  // Unread input: begin_ .. end_.
  std::size_t end_ = 0;
  std::size_t read_bytes_ = 0;
};

}  // namespace batcher
