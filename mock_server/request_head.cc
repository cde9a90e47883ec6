#include "mock_server/request_head.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace mock_server {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostHeaderBytes = 8192;  // of one header: what the HTTP library takes
constexpr std::size_t kMostSkippedBytes = 16;   // of empty lines before a request

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20U || byte == 0x7FU;
}

// What names of methods and headers are made of (RFC 9110, section 5.6.2).
bool IsTokenByte(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenByte);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsInAnyCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The word of the line that so many spaces stand before; empty if there are fewer.
std::string_view Word(std::string_view line, int spaces) {
  for (; spaces > 0; --spaces) {
    const std::size_t space = line.find(' ');
    line = space == std::string_view::npos ? "" : line.substr(space + 1);
  }
  return line.substr(0, line.find_first_of(" \r"));
}

}  // namespace

std::string_view RequestHead::method() const { return Word(text, 0); }

std::string_view RequestHead::path() const {
  const std::string_view target = Word(text, 1);
  return target.substr(0, target.find('?'));
}

std::size_t HeadReader::Take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !is_done_) {
    const char byte = bytes[taken++];
    if (head_.text.empty() && (byte == '\r' || byte == '\n')) {
      if (++skipped_ > kMostSkippedBytes) {
        Refuse(400, "There are many empty lines, and no request");
      }
      continue;
    }
    head_.text += byte;
    CheckSize();
    if (byte != '\n' || is_done_) {
      continue;
    }
    const std::string_view line = std::string_view(head_.text).substr(line_begin_);
    if (!line.ends_with(kLineEnd)) {
      Refuse(400, "A line of the head ends without a carriage return");
    } else {
      EndLine(line.substr(0, line.size() - kLineEnd.size()));
    }
  }
  return taken;
}

void HeadReader::CheckSize() {
  const std::size_t line_bytes = head_.text.size() - line_begin_;
  if (lines_ == 0) {
    if (line_bytes > limits_.max_line_bytes) {
      Refuse(414, "The request line is longer than " + std::to_string(limits_.max_line_bytes) +
                      " bytes");
    }
  } else if (head_.text.size() - headers_begin_ > limits_.max_header_bytes ||
             line_bytes > kMostHeaderBytes) {
    Refuse(431, "The headers are longer than " + std::to_string(limits_.max_header_bytes) +
                    " bytes, or one of them than " + std::to_string(kMostHeaderBytes));
  }
}

void HeadReader::EndLine(std::string_view line) {
  if (lines_ == 0) {
    EndRequestLine(line);
    headers_begin_ = head_.text.size();
  } else if (line.empty()) {
    EndHead();
  } else {
    EndHeader(line);
  }
  ++lines_;
  line_begin_ = head_.text.size();
}

void HeadReader::EndRequestLine(std::string_view line) {
  const std::string_view version = Word(line, 2);
  head_.is_version_1_0 = version == "HTTP/1.0";
  const bool is_known = version == "HTTP/1.1" || head_.is_version_1_0;
  if (std::ranges::any_of(line, IsControl) || std::ranges::count(line, ' ') != 2 || !is_known ||
      !IsToken(Word(line, 0)) || Word(line, 1).empty()) {
    Refuse(400, "The request line is none of HTTP/1.1");
  }
}

void HeadReader::EndHeader(std::string_view line) {
  const std::size_t colon = line.find(':');
  const auto is_bad = [](char c) { return IsControl(c) && c != '\t'; };
  if (line.front() == ' ' || line.front() == '\t') {
    Refuse(400, "A header goes on in a second line");
  } else if (colon == std::string_view::npos || !IsToken(line.substr(0, colon)) ||
             std::ranges::any_of(line, is_bad)) {
    Refuse(400, "A line among the headers is none");
  } else if (lines_ > limits_.max_headers) {
    Refuse(431, "There are more than " + std::to_string(limits_.max_headers) + " headers");
  } else {
    ReadHeader(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
  }
}

void HeadReader::ReadHeader(std::string_view name, std::string_view value) {
  if (EqualsInAnyCase(name, "Host")) {
    ++hosts_;
  } else if (EqualsInAnyCase(name, "Content-Length")) {
    ReadLength(value);
  } else if (EqualsInAnyCase(name, "Transfer-Encoding")) {
    if (head_.is_chunked || !EqualsInAnyCase(value, "chunked")) {
      Refuse(400, "Transfer-Encoding is something else than \"chunked\", once");
    }
    head_.is_chunked = true;
  } else if (EqualsInAnyCase(name, "Content-Encoding")) {
    head_.is_encoded = head_.is_encoded || !EqualsInAnyCase(value, "identity");
  } else if (EqualsInAnyCase(name, "Expect")) {
    head_.expects_continue = EqualsInAnyCase(value, "100-continue");
  }
}

void HeadReader::ReadLength(std::string_view value) {
  const char* const end = value.data() + value.size();
  const auto [parsed_to, error] = std::from_chars(value.data(), end, head_.length);
  if (error == std::errc::result_out_of_range && parsed_to == end) {
    Refuse(413, "Content-Length is more than any body may have");
  } else if (error != std::errc() || parsed_to != end) {
    Refuse(400, "Content-Length is not a number");
  } else if (++lengths_ > 1) {
    Refuse(400, "Content-Length is given twice");
  }
}

void HeadReader::EndHead() {
  is_done_ = true;
  if (head_.is_chunked && lengths_ > 0) {
    Refuse(400, "Content-Length and Transfer-Encoding exclude each other");
  } else if (head_.is_chunked && head_.is_version_1_0) {
    Refuse(400, "HTTP/1.0 knows no Transfer-Encoding");
  } else if (hosts_ > 1 || (hosts_ == 0 && !head_.is_version_1_0)) {
    Refuse(400, "A request wants one header Host");
  }
  // HTTP/1.0 knows no such expectation, and who sends no body waits for nothing.
  head_.expects_continue =
      head_.expects_continue && !head_.is_version_1_0 && (head_.is_chunked || head_.length > 0);
}

void HeadReader::Refuse(int status, std::string message) {
  is_done_ = true;
  problem_ = Refusal{.status = status, .message = std::move(message)};
}

}  // namespace mock_server
