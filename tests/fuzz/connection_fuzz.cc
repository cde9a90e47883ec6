// Goal: whatever bytes come over a connection, the mock answers with replies that HTTP allows, one
// after the other, and lets go of the connection.
// Method: the bytes are all that a peer sends; what the listener answers on the same thread is read
// by another one and taken apart.

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "batcher/base/check.h"
#include "mock_server/listener.h"
#include "mock_server/request_counts.h"
#include "mock_server/routes.h"
#include "tests/fuzz/input.h"

namespace batchlab {
namespace {

// Takes replies off what a server has sent.
class Replies {
 public:
  explicit Replies(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  // The next one; ends the program if it is none.
  void Take() {
    const std::string_view status = TakeLine();
    CHECK(status.starts_with("HTTP/1.1 ") && status.size() > 13);
    std::size_t length = 0;
    bool json = false;
    for (std::string_view header = TakeLine(); !header.empty(); header = TakeLine()) {
      const std::size_t colon = header.find(": ");
      CHECK(colon != std::string_view::npos && colon > 0);
      const std::string_view value = header.substr(colon + 2);
      if (header.starts_with("Content-Length:")) {
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), length);
        CHECK(error == std::errc() && end == value.data() + value.size());
      }
      json = json || header == "Content-Type: application/json";
    }
    CHECK(length <= rest_.size());
    CHECK(!json || nlohmann::json::accept(rest_.substr(0, length)));
    rest_.remove_prefix(length);
  }

 private:
  // A line of a head, in which nothing but what prints has a place.
  std::string_view TakeLine() {
    const std::size_t end = rest_.find("\r\n");
    CHECK(end != std::string_view::npos);
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
    return line;
  }

  std::string_view rest_;
};

// Reads until the other side has closed.
std::string ReadAll(int descriptor) {
  std::string all;
  std::array<char, 65536> bytes{};
  for (ssize_t got = 1; got > 0;) {
    got = ::recv(descriptor, bytes.data(), bytes.size(), 0);
    all.append(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  return all;
}

void SendAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      break;  // It has been closed.
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(descriptor, SHUT_WR);
}

// The mock as it is after its start, but for the listener: it keeps nothing of a connection, and is
// slow to make.
class Mock {
 public:
  // What is answered to the bytes.
  std::string Answered(std::string_view bytes) {
    routes_.emplace(mock_server::RoutesOptions{.public_url = "http://127.0.0.1:1"});
    std::array<int, 2> ends{};
    CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    std::string replies;
    {
      const std::jthread peer([&] {
        SendAll(ends[0], bytes);
        replies = ReadAll(ends[0]);
      });
      listener_.Converse(ends[1]);
    }
    ::close(ends[0]);
    return replies;
  }

 private:
  std::optional<mock_server::Routes> routes_;
  mock_server::RequestCounts counts_;
  mock_server::Listener listener_{{},
                                  [this](const mock_server::WireRequest& request) {
                                    return routes_->Answer(request, batcher::At({}));
                                  },
                                  counts_};
};

void Try(const Input& input) {
  static Mock mock;
  const std::string answered = mock.Answered(input.rest());
  // The length that is told to HEAD is that of a body which is not sent.
  const bool tells_lengths = input.rest().find("HEAD") == std::string_view::npos;
  for (Replies replies(answered); tells_lengths && !replies.done();) {
    replies.Take();
  }
}

}  // namespace
}  // namespace batchlab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  batchlab::Try(batchlab::Input(data, size));
  return 0;
}
