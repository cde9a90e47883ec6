#include "mock_server/http_messages.h"

#include <httplib.h>

#include <charconv>
#include <string>
#include <utility>

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

WireRequest ToWireRequest(const httplib::Request& request, std::string_view body) {
  return {.method = request.method,
          .path = request.path,
          .target = request.target,
          .body = body,
          .ordinal = NumberHeader(request, "X-Batchlab-Ordinal"),
          .attempt = NumberHeader(request, "X-Batchlab-Attempt").value_or(0)};
}

bool HasBody(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         NumberHeader(request, "Content-Length").value_or(1) > 0;
}

void Simplify(httplib::Request& request) {
  request.headers.erase("Accept-Encoding");  // compressing may take longer than a modelled delay
  request.headers.erase("Content-Type");     // forms would be parsed
  request.ranges.clear();
  if (!request.has_header("Transfer-Encoding") && !request.has_header("Content-Length")) {
    request.headers.emplace("Content-Length", "0");  // else it would read until the peer closes
  }
}

void PutReply(Reply reply, httplib::Response& response) {
  response.status = reply.status;
  response.body = std::move(reply.body);
  response.set_header("Content-Type", reply.content_type);
  for (const auto& [name, value] : reply.headers) {
    response.set_header(name, value);
  }
}

void AskToClose(httplib::Request& request) {
  request.headers.erase("Connection");
  request.headers.emplace("Connection", "close");
}

std::uint64_t BodyLength(const httplib::Request& request) {
  return NumberHeader(request, "Content-Length").value_or(0);
}

}  // namespace mock_server
