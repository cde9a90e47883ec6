#include "mock_server/http_messages.h"

#include <httplib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "mock_server/wire.h"

namespace mock_server {
namespace {

std::optional<std::uint64_t> NumberHeader(const httplib::Request& request, const char* name) {
  const std::string text = request.get_header_value(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::string HeadForLibrary(std::string head) {
  constexpr std::string_view kEscaped = "%3F";
  const std::size_t query = head.find('?');
  std::size_t line_end = head.find('\r');
  for (std::size_t at = query; (at = head.find('?', at + 1)) < line_end;) {
    head.replace(at, 1, kEscaped);
    line_end += kEscaped.size() - 1;
  }
  return head;
}

WireRequest ToWireRequest(const httplib::Request& request) {
  return {.method = request.method,
          .path = request.path,
          .target = request.target,
          .body = request.body,
          .ordinal = NumberHeader(request, "X-Batchlab-Ordinal"),
          .attempt = NumberHeader(request, "X-Batchlab-Attempt").value_or(0)};
}

void Simplify(httplib::Request& request) {
  request.headers.erase("Accept-Encoding");  // compressing may take longer than a modelled delay
  request.headers.erase("Expect");           // has been answered
  request.ranges.clear();
}

void PutReply(Reply reply, httplib::Response& response) {
  response.status = reply.status;
  response.body = std::move(reply.body);
  response.set_header("Content-Type", reply.content_type);
  for (const auto& [name, value] : reply.headers) {
    response.set_header(name, value);
  }
}

std::string RefusalText(const Refusal& refusal) {
  const Reply reply = ErrorReply(refusal.status, refusal.message);
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " ";
  text += ReasonPhrase(reply.status);
  text += "\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.body.size()) +
          "\r\nContent-Type: " + reply.content_type + "\r\n\r\n" + reply.body;
  return text;
}

void AskToClose(httplib::Request& request) {
  request.headers.erase("Connection");
  request.headers.emplace("Connection", "close");
}

}  // namespace mock_server
