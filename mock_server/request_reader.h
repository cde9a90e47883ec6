#pragma once

#include <optional>
#include <string>

#include "mock_server/body_reader.h"
#include "mock_server/byte_budget.h"
#include "mock_server/connection.h"
#include "mock_server/http_limits.h"
#include "mock_server/request_head.h"

namespace mock_server {

// Reads one request of a connection, within the limits. All must outlive it.
class RequestReader {
 public:
  RequestReader(Connection& connection, const HttpLimits& limits, ByteBudget& budget)
      : connection_(connection), limits_(limits), head_(limits.head), held_(budget) {}

  // Blocks until the request is complete. False: there is none, as the peer is gone, or a problem.
  [[nodiscard]] bool Read();

  // To be told the peer before the connection is closed.
  [[nodiscard]] const std::optional<Refusal>& problem() const { return problem_; }
  // As far as it was read.
  [[nodiscard]] const RequestHead& head() const { return head_.head(); }
  [[nodiscard]] std::string& body() { return body_; }

 private:
  [[nodiscard]] bool ReadHead();
  [[nodiscard]] bool ReadBody();
  // What an end of the input is to the peer that has sent a part of a request.
  void RefuseFor(batcher::TransferEnd end);

  Connection& connection_;
  const HttpLimits& limits_;
  HeadReader head_;
  ByteBudget::Share held_;  // By the body.
  std::string body_;
  std::optional<Refusal> problem_;
};

}  // namespace mock_server
