#pragma once

#include <cstdint>
#include <string_view>

#include "batcher/base/time.h"
#include "mock_server/connection.h"

namespace mock_server {

// What becomes of a reply on its way, on purpose.
struct BrokenReply {
  enum class How : std::uint8_t {
    kReset,   // nothing is sent, the connection is reset
    kClosed,  // nothing is sent, the connection is closed
    kHangs,   // nothing is sent until the client leaves
    kCut,     // the connection is closed after half of the body
    kDrips,   // the body is sent in small pieces
  };
  How how = How::kReset;
  batcher::Duration over{0};  // kDrips: so long
};

// Sends what a client sees of `reply` (head and body). A wait for the client to leave ends, as all
// others do, when the descriptor is shut down. False: the connection is to be closed.
[[nodiscard]] bool SendBroken(Connection& connection, std::string_view reply,
                              const BrokenReply& broken);

}  // namespace mock_server
