#pragma once

#include <cstdint>

namespace mock_server {

// Names the draws of a request (its service time, its fault): the same for the same call and
// attempt, whatever else the server was asked. `ordinal` is that of the call, for a batch of its
// first call.
struct DrawKey {
  std::uint64_t ordinal = 0;
  std::uint64_t attempt = 0;
};

}  // namespace mock_server
