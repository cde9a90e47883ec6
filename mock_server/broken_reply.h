#pragma once

#include <cstdint>

#include "batcher/base/time.h"

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

}  // namespace mock_server
