#pragma once

#include <string>
#include <string_view>

namespace mock_server {

// A TCP client for tests that sends bytes as they are, good or bad. Waits end after 20 seconds.
class TestSocket {
 public:
  // To 127.0.0.1. A connection that fails behaves like one that was closed.
  explicit TestSocket(int port);
  ~TestSocket();
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;

  // Sends as much as the server takes. Returns itself, to be followed by a read.
  TestSocket& Send(std::string_view bytes);
  // Says that nothing more will be sent.
  TestSocket& EndSending();

  // One reply, by its Content-Length; shorter if the connection ends.
  std::string ReadReply();
  // All until the server closes.
  std::string ReadAll();

 private:
  // False at the end.
  bool ReadMore();

  int descriptor_;
  std::string unread_;
};

}  // namespace mock_server
