#pragma once

#include <memory>

#include "mock_server/connection.h"

namespace httplib {
class Stream;
}  // namespace httplib

namespace mock_server {

// A connection, which must outlive it, as the HTTP library wants to see it.
[[nodiscard]] std::unique_ptr<httplib::Stream> StreamOf(Connection& connection);

}  // namespace mock_server
