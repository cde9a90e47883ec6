#include "batcher/geoapify/http_connection.h"

#include <fcntl.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <exception>
#include <string_view>

#include "batcher/base/run_clock.h"

namespace batcher::geoapify {
namespace {

// The whole number of at most `max_digits` that `text` is; none if it is anything else.
std::optional<std::int64_t> WholeNumber(const std::string& text, std::size_t max_digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.size() > max_digits ||
      number < 0) {
    return std::nullopt;
  }
  return number;
}

httplib::Request Encode(const HttpRequest& request) {
  httplib::Request wire;
  wire.method = request.json ? "POST" : "GET";
  wire.path = request.target;
  wire.set_header("User-Agent", "batchlab");
  // The library would take a compressed answer, and servers pay up to a second to compress it.
  wire.set_header("Accept-Encoding", "identity");
  if (request.json) {
    wire.body = *request.json;
    wire.set_header("Content-Type", "application/json");
  }
  for (const auto& [name, value] : request.headers) {
    wire.set_header(name, value);
  }
  return wire;
}

void DecodeHeaders(const httplib::Response& wire, HttpReply& reply) {
  reply.content_type = wire.get_header_value("Content-Type");
  // Limits that keep the durations within their range: 31 years.
  if (const auto seconds = WholeNumber(wire.get_header_value("Retry-After"), 9)) {
    reply.retry_after = std::chrono::seconds(*seconds);
  }
  if (const auto age = WholeNumber(wire.get_header_value("X-Batchlab-Answer-Age-Ns"), 18)) {
    reply.answer_age = Duration(*age);
  }
}

// The library's reason in words. It doesn't tell why a connection could not be made.
std::string_view Explain(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
      return "cannot connect (refused, unreachable or unknown host)";
    case httplib::Error::Read:
    case httplib::Error::Write:
      return "the connection broke";
    case httplib::Error::SSLConnection:
      return "the TLS handshake failed";
    case httplib::Error::SSLLoadingCerts:
      return "the certificates of the authorities can't be loaded";
    case httplib::Error::SSLServerVerification:
      return "the server's certificate is not trusted";
    default:
      return "the exchange failed";
  }
}

}  // namespace

// One try of a request.
struct HttpConnection::Exchange {
  HttpReply reply;
  bool closed_before_answer = false;  // the server closed a kept connection without a word
};

HttpConnection::HttpConnection(HttpOptions options)
    : options_(std::move(options)), client_(std::make_unique<httplib::Client>(options_.base_url)) {
  client_->set_keep_alive(true);
  client_->set_tcp_nodelay(true);
  client_->set_decompress(false);
  client_->set_url_encode(false);
  client_->set_connection_timeout(options_.attempt_timeout);
  client_->set_read_timeout(options_.attempt_timeout);
  client_->set_write_timeout(options_.attempt_timeout);
  client_->set_socket_options([this](socket_t socket) { OnSocket(socket); });
  if (options_.ca_file) {
    client_->set_ca_cert_path(*options_.ca_file);
  }
}

HttpConnection::~HttpConnection() {
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

HttpReply HttpConnection::Perform(const HttpRequest& request) {
  try {
    Exchange exchange = Try(request);
    if (exchange.closed_before_answer) {
      exchange = Try(request);
    }
    return std::move(exchange.reply);
  } catch (const std::exception& problem) {
    const auto now = RunClock::SteadyNow();
    return {.error = std::string("the HTTP client failed: ") + problem.what(),
            .sent = now,
            .replied = now};
  }
}

HttpConnection::Exchange HttpConnection::Try(const HttpRequest& request) {
  Exchange exchange;
  HttpReply& reply = exchange.reply;
  httplib::Request wire = Encode(request);
  httplib::Response answer;
  httplib::Error error = httplib::Error::Success;
  bool answering = false;
  bool too_long = false;
  bool too_late = false;
  wire.response_handler = [&](const httplib::Response&) { return answering = true; };
  // The library bounds each wait for the next piece, but not the sum of them.
  wire.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    too_long = size > options_.max_body_bytes - reply.body.size();
    too_late = RunClock::SteadyNow() - reply.sent > options_.attempt_timeout;
    if (too_long || too_late) {
      return false;
    }
    reply.body.append(data, size);
    return true;
  };
  fresh_ = false;
  reply.sent = RunClock::SteadyNow();
  const bool complete = !stopped() && client_->send(wire, answer, error);
  reply.replied = RunClock::SteadyNow();
  if (complete) {
    reply.status = answer.status;
    DecodeHeaders(answer, reply);
    return exchange;
  }
  const bool stopped_meanwhile = stopped();
  const bool timed_out = too_late || error == httplib::Error::ConnectionTimeout ||
                         reply.replied - reply.sent >= options_.attempt_timeout;
  const bool broke = error == httplib::Error::Read || error == httplib::Error::Write;
  exchange.closed_before_answer =
      broke && !fresh_ && !answering && !timed_out && !stopped_meanwhile;
  reply.body.clear();
  reply.error =
      stopped_meanwhile ? "the client was stopped"
      : too_long ? "the answer is longer than " + std::to_string(options_.max_body_bytes) + " bytes"
      : timed_out ? "timed out after " + FormatDuration(options_.attempt_timeout)
                  : std::string(Explain(error));
  return exchange;
}

void HttpConnection::OnSocket(int socket) {
  fresh_ = true;
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) {
    ::close(socket_);
  }
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

bool HttpConnection::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void HttpConnection::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (socket_ >= 0) {
    ::shutdown(socket_, SHUT_RDWR);
  }
}

}  // namespace batcher::geoapify
