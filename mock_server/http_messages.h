#pragma once

#include <string>

#include "mock_server/request_head.h"
#include "mock_server/routes.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace mock_server {

// Between the messages of the HTTP library and ours.

// The head of a request as the library takes it: a second '?' in the request line becomes "%3F".
[[nodiscard]] std::string HeadForLibrary(std::string head);

// The views of the answer live as long as `request`.
[[nodiscard]] WireRequest ToWireRequest(const httplib::Request& request);
void PutReply(Reply reply, httplib::Response& response);
// The whole reply to what the library is not shown; says that the connection is closed.
[[nodiscard]] std::string RefusalText(const Refusal& refusal);

// Removes what makes the library do more than route, and leaves it no body to read.
void Simplify(httplib::Request& request);
// Has the connection closed after the reply, and the client told so.
void AskToClose(httplib::Request& request);

}  // namespace mock_server
