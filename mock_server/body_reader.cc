#include "mock_server/body_reader.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace mock_server {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostLineBytes = 256;
constexpr std::size_t kMostTrailerBytes = 8192;
constexpr int kHexadecimal = 16;

}  // namespace

BodyReader::BodyReader(const RequestHead& head, std::size_t max_bytes)
    : is_chunked_(head.is_chunked),
      max_bytes_(max_bytes),
      at_(is_chunked_       ? At::kSize
          : head.length > 0 ? At::kData
                            : At::kEnd) {
  if (!is_chunked_ && Admit(head.length)) {
    left_ = head.length;
  }
}

std::size_t BodyReader::Take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && at_ != At::kEnd) {
    if (at_ == At::kData) {
      taken += TakeData(bytes.substr(taken));
      continue;
    }
    line_ += bytes[taken++];
    if (line_.size() > kMostLineBytes) {
      Refuse(400, "A line between the chunks of the body is too long");
    } else if (line_.back() == '\n') {
      EndLine(line_);
      line_.clear();
    }
  }
  return taken;
}

std::size_t BodyReader::TakeData(std::string_view bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body_.append(bytes.substr(0, taken));
  left_ -= taken;
  if (left_ == 0) {
    at_ = is_chunked_ ? At::kAfterData : At::kEnd;
  }
  return taken;
}

void BodyReader::EndLine(std::string_view line) {
  if (!line.ends_with(kLineEnd)) {
    Refuse(400, "A line between the chunks of the body ends without a carriage return");
    return;
  }
  line.remove_suffix(kLineEnd.size());
  if (at_ == At::kSize) {
    EndSize(line);
  } else if (at_ == At::kAfterData) {
    if (line.empty()) {
      at_ = At::kSize;
    } else {
      Refuse(400, "A chunk of the body is longer than it says");
    }
  } else if (line.empty()) {
    at_ = At::kEnd;
  } else if ((trailer_bytes_ += line.size()) > kMostTrailerBytes) {
    Refuse(431, "What follows the body is too long");
  }
}

void BodyReader::EndSize(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find_first_of("; \t"));
  const char* const end = digits.data() + digits.size();
  std::uint64_t size = 0;
  const auto [parsed_to, error] = std::from_chars(digits.data(), end, size, kHexadecimal);
  const std::string_view rest = line.substr(digits.size());
  const std::size_t extension = std::min(rest.find_first_not_of(" \t"), rest.size());
  if (error != std::errc() || parsed_to != end ||
      (extension < rest.size() && rest[extension] != ';')) {
    Refuse(400, "The size of a chunk of the body is not a number");
  } else if (Admit(size)) {
    left_ = size;
    at_ = size > 0 ? At::kData : At::kTrailer;
  }
}

bool BodyReader::Admit(std::uint64_t bytes) {
  if (bytes <= max_bytes_ - body_.size()) {
    return true;
  }
  Refuse(413, "The request body is longer than " + std::to_string(max_bytes_) + " bytes");
  return false;
}

void BodyReader::Refuse(int status, std::string message) {
  at_ = At::kEnd;
  problem_ = Refusal{.status = status, .message = std::move(message)};
}

}  // namespace mock_server
