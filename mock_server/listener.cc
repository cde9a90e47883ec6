#include "mock_server/listener.h"

#include <httplib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "batcher/base/connection_places.h"
#include "batcher/base/run_clock.h"
#include "batcher/base/tcp_listener.h"
#include "mock_server/broken_reply.h"
#include "mock_server/byte_budget.h"
#include "mock_server/connection.h"
#include "mock_server/http_messages.h"
#include "mock_server/request_reader.h"
#include "mock_server/worker_threads.h"

namespace mock_server {
namespace {

using batcher::RunClock;
using batcher::TransferEnd;

constexpr int kBacklog = 1024;

// The head of a request and the reply to it, as the library wants to see a connection.
class MessageStream : public httplib::Stream {
 public:
  explicit MessageStream(std::string head) : head_(std::move(head)) {}

  [[nodiscard]] const std::string& reply() const { return reply_; }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* bytes, std::size_t size) override {
    const std::size_t taken = std::min(size, head_.size() - read_);
    std::copy_n(head_.data() + read_, taken, bytes);
    read_ += taken;
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    reply_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  void get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const override {}
  // Not ours: the library would refuse numbers beyond what select() can take, which nobody uses.
  socket_t socket() const override { return 0; }

 private:
  std::string head_;
  std::size_t read_ = 0;
  std::string reply_;
};

// What is to become of the reply that the handler has given last on this thread, which serves one
// connection at a time. The library lets nothing but a response through.
thread_local std::optional<BrokenReply> broken_reply;

}  // namespace

// Of the library's server only what takes a head apart and writes a reply: it knows no limits of
// its own, and would wait for ever.
class Listener::Server : public httplib::Server {
 public:
  Server(ListenerOptions options, Listener::Handler handler, RequestCounts& counts);
  ~Server() override { Stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  batcher::Result<int> Bind();
  [[nodiscard]] bool is_loopback() const { return is_loopback_; }
  void Serve();
  void ServeOne(int descriptor);
  void GoDown();
  bool ComeBack();
  void Disconnect() { places_.ShutdownAll(); }
  void Stop();

 private:
  void SetHandlers();
  // On the accepting thread: finds the connection a place and a thread.
  void Take(int descriptor);
  void ServeAndClose(int descriptor);
  void Converse(int descriptor);
  void Refuse(Connection& connection, const RequestReader& reader);
  // Whether the connection can go on after this request. `is_last`: it shall not.
  bool Answer(RequestReader& reader, bool is_last, std::string& reply);

  const ListenerOptions options_;
  const Listener::Handler handler_;
  RequestCounts& counts_;
  batcher::ConnectionPlaces places_;
  ByteBudget budget_;
  WorkerThreads threads_;
  std::once_flag stopped_;
  int port_ = 0;                                    // Once bound.
  bool is_loopback_ = false;                        // Likewise.
  std::unique_ptr<batcher::TcpListener> listener_;  // None while it is down.
};

Listener::Server::Server(ListenerOptions options, Listener::Handler handler, RequestCounts& counts)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      counts_(counts),
      places_(options_.limits.places),
      budget_(options_.limits.max_held_bytes),
      threads_({.max_threads = options_.limits.places.most}) {
  SetHandlers();
}

// All requests are answered before the library's routing, which matches regular expressions.
void Listener::Server::SetHandlers() {
  // What the library tells the clients.
  const auto idle = std::chrono::floor<std::chrono::seconds>(options_.limits.idle_limit);
  set_keep_alive_timeout(static_cast<time_t>(idle.count()));
  set_keep_alive_max_count(options_.limits.max_requests);
  set_pre_routing_handler([this](const auto& request, auto& response) {
    const RequestCounts::Ongoing ongoing(counts_);
    Reply reply = handler_(ToWireRequest(request));
    broken_reply = reply.broken;
    PutReply(std::move(reply), response);
    return HandlerResponse::Handled;
  });
  set_exception_handler([](const auto& /*request*/, auto& response, const auto& /*exception*/) {
    PutReply(ErrorReply(500, "Request failed, please try again later"), response);
  });
  set_error_handler(httplib::Server::Handler([](const auto& /*request*/, auto& response) {
    if (response.body.empty()) {  // The library itself has refused the request.
      PutReply(ErrorReply(response.status, "The request cannot be understood"), response);
    }
  }));
  set_logger([this](const auto& request, const auto& response) {
    counts_.Add(RouteOf(request.method, request.path), response.status);
  });
}

batcher::Result<int> Listener::Server::Bind() {
  auto bound = batcher::TcpListener::Bind(options_.bind, options_.port, kBacklog);
  if (!bound) {
    return batcher::Error{"cannot listen on " + options_.bind + ":" +
                          std::to_string(options_.port) + ": " + bound.error().message};
  }
  listener_ = *std::move(bound);
  port_ = listener_->port();
  is_loopback_ = listener_->is_loopback();
  return port_;
}

void Listener::Server::Serve() {
  listener_->Serve({.take = [this](int descriptor) { Take(descriptor); },
                    .make_room = [this] { places_.DropOldest(); }});
}

void Listener::Server::ServeOne(int descriptor) {
  if (places_.Enter(descriptor)) {
    ServeAndClose(descriptor);
  } else {
    ::close(descriptor);
  }
}

void Listener::Server::GoDown() {
  places_.ShutdownOpen();  // Whoever waits for a place gets one, and is shut down below.
  listener_ = nullptr;
  places_.ShutdownOpen();
}

bool Listener::Server::ComeBack() {
  auto bound = batcher::TcpListener::Bind(options_.bind, port_, kBacklog);
  if (!bound) {
    return false;
  }
  listener_ = *std::move(bound);
  Serve();
  return true;
}

void Listener::Server::Stop() {
  std::call_once(stopped_, [this] {
    Disconnect();
    if (listener_ != nullptr) {
      listener_->Stop();
    }
    threads_.Finish();
  });
}

void Listener::Server::Take(int descriptor) {
  if (!places_.Enter(descriptor)) {
    ::close(descriptor);
    return;
  }
  try {
    threads_.Run([this, descriptor] { ServeAndClose(descriptor); });
  } catch (const std::exception&) {  // Out of memory: it costs this connection.
    places_.Leave(descriptor);
    ::close(descriptor);
  }
}

void Listener::Server::ServeAndClose(int descriptor) {
  try {
    Converse(descriptor);
  } catch (const std::exception&) {
    // Out of memory, or what the library throws beyond its handlers: it costs one connection.
  }
  places_.Leave(descriptor);
  ::close(descriptor);
}

void Listener::Server::Converse(int descriptor) {
  const HttpLimits& limits = options_.limits;
  Connection connection(descriptor, limits);
  batcher::Duration patience = limits.patience;
  for (std::size_t request = 1;; ++request) {
    if (connection.AwaitInput(RunClock::SteadyAfter(patience)) != TransferEnd::kMoved) {
      return;
    }
    patience = limits.idle_limit;
    places_.Waiting(descriptor);  // From now on: that it was idle before does not count.
    RequestReader reader(connection, limits, budget_);
    if (!reader.Read()) {
      Refuse(connection, reader);
      return;
    }
    if (!places_.Working(descriptor)) {
      return;
    }
    std::string reply;
    broken_reply = std::nullopt;
    // Where others want its place, better now than in the middle of its next request.
    const bool is_last = request >= limits.max_requests || places_.crowded();
    const bool goes_on = Answer(reader, is_last, reply);
    // A reply that is read is not lost.
    const std::size_t sent = broken_reply ? 0 : connection.SendAtOnce(reply);
    places_.Waiting(descriptor);
    const bool is_sent = broken_reply ? SendBroken(connection, reply, *broken_reply)
                                      : connection.Send(std::string_view(reply).substr(sent));
    if (!is_sent) {
      return;
    }
    if (!goes_on) {
      connection.Linger();
      return;
    }
  }
}

void Listener::Server::Refuse(Connection& connection, const RequestReader& reader) {
  if (!reader.problem()) {
    return;
  }
  counts_.Add(RouteOf(reader.head().method(), reader.head().path()), reader.problem()->status);
  if (connection.Send(RefusalText(*reader.problem()))) {
    connection.Linger();
  }
}

bool Listener::Server::Answer(RequestReader& reader, bool is_last, std::string& reply) {
  MessageStream stream(HeadForLibrary(reader.head().text));
  bool asked_to_close = false;
  bool is_understood = false;
  const bool replied =
      process_request(stream, false, asked_to_close, [&](httplib::Request& request) {
        is_understood = true;
        Simplify(request);
        request.body = std::move(reader.body());
        if (is_last) {
          AskToClose(request);
        }
      });
  reply = stream.reply();
  return replied && is_understood && !asked_to_close && !is_last;
}

Listener::Listener(const ListenerOptions& options, Handler handler, RequestCounts& counts)
    : server_(std::make_unique<Server>(options, std::move(handler), counts)) {}
Listener::~Listener() = default;

batcher::Result<int> Listener::Bind() { return server_->Bind(); }
bool Listener::is_loopback() const { return server_->is_loopback(); }
void Listener::Serve() { server_->Serve(); }
void Listener::Converse(int descriptor) { server_->ServeOne(descriptor); }
void Listener::GoDown() { server_->GoDown(); }
bool Listener::ComeBack() { return server_->ComeBack(); }
void Listener::Disconnect() { server_->Disconnect(); }
void Listener::Stop() { server_->Stop(); }

}  // namespace mock_server
