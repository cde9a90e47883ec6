#include "mock_server/listener.h"

#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <exception>
#include <functional>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "batcher/base/open_sockets.h"
#include "mock_server/connection.h"
#include "mock_server/connection_stream.h"
#include "mock_server/http_messages.h"
#include "mock_server/worker_threads.h"

namespace mock_server {
namespace {

constexpr int kBacklog = 1024;
constexpr const char* kBatchPattern = "/v1/batch/geocode/search";
constexpr time_t kPatienceSeconds = 30;  // without a byte in the middle of a request or reply

// The library waits for its queue of connections whenever it stops to listen. The threads outlive
// it, so that whoever is still at work on a request doesn't hold that up.
class ConnectionThreads : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(WorkerThreads& threads) : threads_(threads) {}

  void enqueue(std::function<void()> task) override { threads_.Run(std::move(task)); }
  void shutdown() override {}

 private:
  WorkerThreads& threads_;
};

// The one that this thread serves: each is served by one thread, and one at a time.
thread_local Connection* served_connection = nullptr;

}  // namespace

// The library's server, with our own way to serve a connection in place of its polling one.
class Listener::Server : public httplib::Server {
 public:
  Server(ListenerOptions options, Listener::Handler handler, RequestCounts& counts);
  ~Server() override { Stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  batcher::Result<int> Bind();
  void Serve();
  void ServeOne(int descriptor) { process_and_close_socket(descriptor); }
  void GoDown() {
    StopListening();
    open_.ShutdownOpen();
  }
  bool ComeBack();
  void Disconnect() { open_.ShutdownAll(); }
  void Stop();

 private:
  void StopListening();
  void SetLimits();
  void SetHandlers();
  bool process_and_close_socket(socket_t descriptor) override;
  void Converse(int descriptor);
  // Whether the connection can go on after this request.
  bool Prepare(httplib::Request& request) const;
  [[nodiscard]] bool TooLong(const httplib::Request& request) const;

  void Answer(const httplib::Request& request, std::string_view body, httplib::Response& response);
  void ReadAndAnswer(const httplib::Request& request, const httplib::ContentReader& read,
                     httplib::Response& response);

  const ListenerOptions options_;
  const Listener::Handler handler_;
  RequestCounts& counts_;
  batcher::OpenSockets open_;
  WorkerThreads threads_;
  std::binary_semaphore accepting_{0};
  int port_ = 0;  // Once bound.
  std::once_flag stopped_;
  std::thread accepter_;
};

Listener::Server::Server(ListenerOptions options, Listener::Handler handler, RequestCounts& counts)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      counts_(counts),
      threads_({.max_threads = options_.max_connections}) {
  SetLimits();
  SetHandlers();
}

void Listener::Server::SetLimits() {
  // The library would let several servers share a port, and a port in use would not be noticed.
  set_socket_options([](socket_t descriptor) {
    const int yes = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  set_keep_alive_max_count(1'000'000);
  set_keep_alive_timeout(3600);
  set_read_timeout(kPatienceSeconds);
  set_write_timeout(kPatienceSeconds);
  set_payload_max_length(options_.max_body_bytes);
  new_task_queue = [this] {
    accepting_.release();
    return new ConnectionThreads(threads_);  // The library deletes it.
  };
}

// All but the submits are answered before the library's routing, which matches regular expressions.
void Listener::Server::SetHandlers() {
  set_pre_routing_handler([this](const auto& request, auto& response) {
    if (RouteOf(request.method, request.path) == Route::kSubmit) {
      return HandlerResponse::Unhandled;
    }
    Answer(request, "", response);
    return HandlerResponse::Handled;
  });
  Post(kBatchPattern, [this](const auto& request, auto& response, const auto& read) {
    ReadAndAnswer(request, read, response);
  });
  set_exception_handler([](const auto& /*request*/, auto& response, const auto& /*exception*/) {
    PutReply(ErrorReply(500, "Request failed, please try again later"), response);
  });
  set_error_handler(httplib::Server::Handler([](const auto& /*request*/, auto& response) {
    if (response.body.empty()) {  // The library itself has refused the request.
      PutReply(ErrorReply(response.status, "The request cannot be understood"), response);
    }
  }));
  set_expect_100_continue_handler([this](const auto& request, auto& response) {
    if (!TooLong(request)) {
      return 100;
    }
    response.status = 413;
    return 413;
  });
  set_logger([this](const auto& request, const auto& response) {
    counts_.Add(RouteOf(request.method, request.path), response.status);
  });
}

batcher::Result<int> Listener::Server::Bind() {
  const bool in_range = options_.port >= 0 && options_.port <= 65535;
  int port = -1;
  errno = 0;
  if (in_range && options_.port == 0) {
    port = bind_to_any_port(options_.bind);
  } else if (in_range && bind_to_port(options_.bind, options_.port)) {
    port = options_.port;
  }
  if (port <= 0) {
    const std::string why = !in_range    ? "a port is from 0 to 65535"
                            : errno != 0 ? std::generic_category().message(errno)
                                         : "this is no address of this machine";
    return batcher::Error{"cannot listen on " + options_.bind + ":" +
                          std::to_string(options_.port) + ": " + why};
  }
  // The library's own backlog of 5 makes a sixth client wait a second for its next try.
  ::listen(svr_sock_, kBacklog);
  port_ = port;
  return port;
}

void Listener::Server::Serve() {
  accepter_ = std::thread([this] { listen_after_bind(); });
  accepting_.acquire();  // The library's stop() does nothing before.
}

void Listener::Server::StopListening() {
  if (accepter_.joinable()) {
    stop();
    accepter_.join();
  }
}

bool Listener::Server::ComeBack() {
  const bool bound = bind_to_port(options_.bind, port_);
  if (bound) {
    ::listen(svr_sock_, kBacklog);
    Serve();
  }
  return bound;
}

void Listener::Server::Stop() {
  std::call_once(stopped_, [this] {
    Disconnect();
    StopListening();
    threads_.Finish();
  });
}

bool Listener::Server::process_and_close_socket(socket_t descriptor) {
  if (open_.Add(descriptor)) {
    try {
      Converse(descriptor);
    } catch (const std::exception&) {
      // Out of memory, or what the library throws beyond its handlers: it costs one connection.
    }
  }
  open_.Remove(descriptor);
  ::close(descriptor);
  return true;
}

void Listener::Server::Converse(int descriptor) {
  const int yes = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  Connection connection(descriptor);
  const std::unique_ptr<httplib::Stream> stream = StreamOf(connection);
  served_connection = &connection;
  while (connection.AwaitRequest()) {
    bool asked_to_close = false;
    bool goes_on = false;  // Stays so if the head can't be parsed: nobody knows where it ends.
    connection.BeginHead();
    const bool replied =
        process_request(*stream, false, asked_to_close, [&](httplib::Request& request) {
          connection.EndHead();
          goes_on = Prepare(request);
        });
    if (!connection.Flush() || !replied) {
      return;
    }
    if (asked_to_close || !goes_on) {
      connection.Linger();
      return;
    }
  }
}

bool Listener::Server::Prepare(httplib::Request& request) const {
  Simplify(request);
  const bool reads_body = RouteOf(request.method, request.path) == Route::kSubmit;
  const bool leaves_body =
      reads_body ? request.has_header("Expect") && TooLong(request) : HasBody(request);
  if (leaves_body) {
    AskToClose(request);  // What no route reads would be taken for the next request.
  }
  return !leaves_body;
}

bool Listener::Server::TooLong(const httplib::Request& request) const {
  return BodyLength(request) > options_.max_body_bytes;
}

void Listener::Server::ReadAndAnswer(const httplib::Request& request,
                                     const httplib::ContentReader& read,
                                     httplib::Response& response) {
  std::string body;
  bool too_long = false;  // The rest is read and dropped, so that the client comes to our reply.
  const bool complete = read([&](const char* bytes, std::size_t size) {
    too_long = too_long || size > options_.max_body_bytes - body.size();
    if (!too_long) {
      body.append(bytes, size);
    }
    return true;
  });
  if (too_long || response.status == 413) {
    PutReply(ErrorReply(413, "The request body is longer than " +
                                 std::to_string(options_.max_body_bytes) + " bytes"),
             response);
  } else if (!complete) {
    PutReply(ErrorReply(400, "The request body ends early or is badly encoded"), response);
  } else {
    Answer(request, body, response);
  }
}

void Listener::Server::Answer(const httplib::Request& request, std::string_view body,
                              httplib::Response& response) {
  const RequestCounts::Ongoing ongoing(counts_);
  Reply reply = handler_(ToWireRequest(request, body));
  if (reply.broken) {
    served_connection->Break(*reply.broken);
  }
  PutReply(std::move(reply), response);
}

Listener::Listener(const ListenerOptions& options, Handler handler, RequestCounts& counts)
    : server_(std::make_unique<Server>(options, std::move(handler), counts)) {}
Listener::~Listener() = default;

batcher::Result<int> Listener::Bind() { return server_->Bind(); }
void Listener::Serve() { server_->Serve(); }
void Listener::Converse(int descriptor) { server_->ServeOne(descriptor); }
void Listener::GoDown() { server_->GoDown(); }
bool Listener::ComeBack() { return server_->ComeBack(); }
void Listener::Disconnect() { server_->Disconnect(); }
void Listener::Stop() { server_->Stop(); }

}  // namespace mock_server
