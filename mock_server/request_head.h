#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mock_server {

struct HeadLimits {
  // Of the request line; a longer one is answered with 414. The HTTP library takes 8192 at most.
  std::size_t max_line_bytes = 8192;
  // Of all headers together; more are answered with 431. Of each: 8192, or less if this is less.
  std::size_t max_header_bytes = 32U << 10U;
  std::size_t max_headers = 100;  // more are answered with 431
};

// What a request is answered with that can't be understood, or is too much. The connection is
// closed after it: nobody knows where the next request begins.
struct Refusal {
  int status = 400;
  std::string message = {};
};

// The head of a request: request line and headers.
struct RequestHead {
  std::string text = {};  // as it came, up to and with the empty line
  bool is_version_1_0 = false;
  // Of the body: `length` bytes, unless it comes in chunks.
  std::uint64_t length = 0;
  bool is_chunked = false;
  bool is_encoded = false;        // such as compressed
  bool expects_continue = false;  // the client sends the body when it is told to

  // The first two words of the request line; the second without its query.
  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view path() const;
};

// Reads a head, however its bytes come, and checks that there is one way only to say where it ends
// and where its body does: what two programs may understand in two ways (RFC 9112, sections 2.2, 5
// and 6.3) is refused. Takes no more memory than the limits say. Pure.
class HeadReader {
 public:
  explicit HeadReader(const HeadLimits& limits) : limits_(limits) {}

  // Takes as many of the bytes as belong to the head, and returns how many.
  std::size_t Take(std::string_view bytes);

  // Whether any byte of a request has come: empty lines before it are none.
  [[nodiscard]] bool has_begun() const { return !head_.text.empty(); }
  // Whether the head is complete, or there is a problem.
  [[nodiscard]] bool is_done() const { return is_done_; }
  [[nodiscard]] const std::optional<Refusal>& problem() const { return problem_; }
  // Of a head that is done.
  [[nodiscard]] const RequestHead& head() const { return head_; }

 private:
  // The end of a line has come; `line` is without it.
  void EndLine(std::string_view line);
  void EndRequestLine(std::string_view line);
  void EndHeader(std::string_view line);
  void EndHead();
  void ReadHeader(std::string_view name, std::string_view value);
  void ReadLength(std::string_view value);
  void CheckSize();
  void Refuse(int status, std::string message);

  HeadLimits limits_;
  RequestHead head_;
  std::optional<Refusal> problem_;
  bool is_done_ = false;
  std::size_t headers_begin_ = 0;  // In head_.text.
  std::size_t line_begin_ = 0;     // Of the line that is being read.
  std::size_t lines_ = 0;          // Complete ones.
  std::size_t skipped_ = 0;        // Bytes of empty lines before the request.
  std::size_t hosts_ = 0;
  std::size_t lengths_ = 0;
};

}  // namespace mock_server
