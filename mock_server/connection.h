#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "batcher/base/time.h"
#include "mock_server/broken_reply.h"

namespace mock_server {

// The two directions of an accepted socket, buffered: a reply leaves in one piece, and waiting for
// the next request costs nothing. Blocking; for one thread, though any other may ::shutdown() the
// descriptor, which ends each wait. Does not own the descriptor.
class Connection {
 public:
  explicit Connection(int descriptor) : descriptor_(descriptor) {}

  // Blocks until bytes of a next request are there. False: closed, or idle for an hour.
  [[nodiscard]] bool AwaitRequest();

  // Request line and headers come next. Their length is limited, else they could fill the memory;
  // a second '?' in the request line is handed on as "%3F", which the HTTP library would refuse.
  void BeginHead();
  // The headers are read: what follows is a body of any length.
  void EndHead() { in_head_ = false; }

  // As ::recv: the number of bytes, 0 at the end, -1 on an error, also when nothing comes in time.
  ssize_t Read(char* bytes, std::size_t size);
  // Takes everything, and sends it when a good deal has gathered. False if the peer is gone.
  [[nodiscard]] bool Write(std::string_view bytes);
  [[nodiscard]] bool Flush();
  // What is written until the next Flush is a reply that is to be broken. A wait for the peer to
  // leave ends, as all others do, when the descriptor is shut down.
  void Break(const BrokenReply& broken) { broken_ = broken; }

  // Ends our side, then reads on for a moment: closing with unread bytes would make the kernel
  // reset the connection, and the peer might never see the reply.
  void Linger();

 private:
  // The next byte of the head; beyond its limit the stream seems to end.
  ssize_t ReadHeadByte(char* byte);
  // Reads more into the empty input buffer, as ::recv. Sends what is written first: the peer may
  // wait for it.
  ssize_t Fill();
  // Sends of the output what a broken reply shows. False: the connection is to be closed.
  [[nodiscard]] bool FlushBroken();
  // The output, whose first `head` bytes are a reply's head, in pieces.
  [[nodiscard]] bool Drip(std::size_t head, batcher::Duration over);

  int descriptor_;
  std::array<char, 4096> input_{};
  std::size_t begin_ = 0;  // Unread input: begin_ .. end_.
  std::size_t end_ = 0;
  std::string output_;  // Not sent yet.
  std::optional<BrokenReply> broken_;

  bool in_head_ = false;
  bool in_request_line_ = false;
  bool in_query_ = false;
  std::size_t head_bytes_ = 0;
  std::string_view substitute_;  // Handed on before the next byte of the head.
};

}  // namespace mock_server
