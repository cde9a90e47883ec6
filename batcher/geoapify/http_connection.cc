#include "batcher/geoapify/http_connection.h"

#include <fcntl.h>
#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <string_view>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "batcher/geoapify/base_url.h"
#include "batcher/geoapify/retry_after.h"
#include "batcher/geoapify/tls.h"

namespace batcher::geoapify {
namespace {

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
  reply.retry_after =
      ParseRetryAfter(wire.get_header_value("Retry-After"), wire.get_header_value("Date"));
  // A limit that keeps the duration within its range: 31 years.
  if (const auto age = WholeNumber(wire.get_header_value("X-Batchlab-Answer-Age-Ns"), 18)) {
    reply.answer_age = Duration(*age);
  }
}

}  // namespace

// One try of a request.
struct HttpConnection::Exchange {
  HttpReply reply;
  bool closed_before_answer = false;  // the server closed a kept connection without a word
};

HttpConnection::HttpConnection(HttpOptions options, x509_store_st* authorities)
    : options_(std::move(options)) {
  // Not the library's own reader of URLs: it takes "https://[fe80::1]" for the name of an http
  // host.
  const Origin origin = SplitBaseUrl(options_.base_url);
  if (origin.tls) {
    auto client = std::make_unique<httplib::SSLClient>(origin.host, origin.port);
    CHECK(client->is_valid() && authorities != nullptr);
    Harden(*client->ssl_context(), origin.host, *authorities);
    client->enable_server_certificate_verification(true);
    // The library would read all the authorities of the machine, though ours come before them. In a
    // folder it looks for single ones when it needs them, which is never.
    client->set_ca_cert_path("", X509_get_default_cert_dir());
    tls_ = client.get();
    client_ = std::move(client);
  } else {
    client_ = std::make_unique<httplib::ClientImpl>(origin.host, origin.port);
  }
  Configure();
}

void HttpConnection::Configure() {
  client_->set_keep_alive(true);
  client_->set_follow_location(false);
  client_->set_tcp_nodelay(true);
  client_->set_decompress(false);
  client_->set_url_encode(false);
  client_->set_connection_timeout(options_.attempt_timeout);
  client_->set_read_timeout(options_.attempt_timeout);
  client_->set_write_timeout(options_.attempt_timeout);
  client_->set_socket_options([this](socket_t socket) { OnSocket(socket); });
}

HttpConnection::~HttpConnection() {
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

HttpReply HttpConnection::Perform(const HttpRequest& request) {
  try {
    CloseIfStale();
    Exchange exchange = Try(request);
    if (exchange.closed_before_answer && request.repeatable) {
      exchange = Try(request);
    }
    return std::move(exchange.reply);
  } catch (const std::exception&) {
    // Nobody promises that what it says is free of the target.
    const auto now = RunClock::SteadyNow();
    return {.error = "the HTTP client failed (out of memory?)", .sent = now, .replied = now};
  }
}

// On a kept connection a server has nothing to say but that it is closed. Whatever that is (an end,
// TLS's good-bye, a 408), it must not be taken for the answer to the next request.
void HttpConnection::CloseIfStale() {
  if (client_->is_socket_open() == 0) {
    return;
  }
  pollfd kept{.fd = client_->socket(), .events = POLLIN, .revents = 0};
  if (::poll(&kept, 1, 0) != 0) {
    client_->stop();
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
  ForgetTlsErrors();
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
      : exchange.closed_before_answer ? "the kept connection was closed"
                                      : Explain(error, timed_out);
  return exchange;
}

// The library doesn't tell why a connection could not be made.
std::string HttpConnection::Explain(httplib::Error error, bool timed_out) const {
  if (timed_out) {
    const std::string after = "timed out after " + FormatDuration(options_.attempt_timeout);
    return error == httplib::Error::SSLConnection ? "the TLS handshake " + after : after;
  }
  switch (error) {
    case httplib::Error::Connection:
      return "cannot connect (refused, unreachable or unknown host)";
    case httplib::Error::Read:
    case httplib::Error::Write:
      return "the connection broke";
    case httplib::Error::SSLConnection:
      return ExplainHandshake();
    case httplib::Error::SSLLoadingCerts:
      return "the certificates of the authorities can't be loaded";
    case httplib::Error::SSLServerVerification:
      return ExplainCertificate(tls_->get_openssl_verify_result());
    default:
      return "the exchange failed";
  }
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
