#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mock_server/routes.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace mock_server {

// Between the messages of the HTTP library and ours.

// The views of the answer live as long as `request` and `body`.
[[nodiscard]] WireRequest ToWireRequest(const httplib::Request& request, std::string_view body);
void PutReply(Reply reply, httplib::Response& response);

// Removes what makes the library do more than route and read.
void Simplify(httplib::Request& request);
// Has the connection closed after the reply, and the client told so.
void AskToClose(httplib::Request& request);

// True unless the head says for sure that no body follows.
[[nodiscard]] bool HasBody(const httplib::Request& request);
// 0 if the length is not told beforehand.
[[nodiscard]] std::uint64_t BodyLength(const httplib::Request& request);

}  // namespace mock_server
