#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/request_head.h"

namespace mock_server {

// Reads the body that belongs to a head, however its bytes come. Takes hardly more memory than the
// bytes that have come, and never more than the longest body. Pure.
class BodyReader {
 public:
  BodyReader(const RequestHead& head, std::size_t max_bytes);

  // Takes as many of the bytes as belong to the body, and returns how many.
  std::size_t Take(std::string_view bytes);

  // Whether the body is complete, or there is a problem.
  [[nodiscard]] bool is_done() const { return at_ == At::kEnd; }
  [[nodiscard]] const std::optional<Refusal>& problem() const { return problem_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  [[nodiscard]] std::string TakeBody() && { return std::move(body_); }

 private:
  // kData: `left_` bytes of a chunk, or of a body that comes in one piece. The others are lines.
  enum class At : std::uint8_t { kSize, kData, kAfterData, kTrailer, kEnd };

  std::size_t TakeData(std::string_view bytes);
  void EndLine(std::string_view line);
  void EndSize(std::string_view line);
  // Whether so many more bytes may come.
  bool Admit(std::uint64_t bytes);
  void Refuse(int status, std::string message);

  const bool is_chunked_;
  const std::size_t max_bytes_;
  At at_;
  std::uint64_t left_ = 0;
  std::string line_;  // The line that is being read.
  std::size_t trailer_bytes_ = 0;
  std::string body_;
  std::optional<Refusal> problem_;
};

}  // namespace mock_server
