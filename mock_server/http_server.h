#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/base/time.h"
#include "mock_server/fault_log.h"
#include "mock_server/http_limits.h"
#include "mock_server/job_store.h"
#include "mock_server/server_counts.h"
#include "mock_server/service_model.h"

namespace mock_server {

struct ServerOptions {
  ServiceOptions service = {};
  std::string api_key = {};        // empty: any key that is not empty is accepted
  std::string bind = "127.0.0.1";  // the address or host name to listen on
  int port = 0;                    // 0: a free one
  // The origin that is put into a batch answer's `url`; empty: the server's own.
  std::string public_url = {};
  std::uint64_t seed = 1;
  HttpLimits limits = {};
  JobLimits jobs = {};
  bool holds_faults = false;  // whether service.faults wait for StartFaults
};

// The geocoding service over HTTP, on threads of its own. A modelled delay never keeps another
// request waiting: each connection has its thread, and an idle one costs no time. A client that
// sends or reads too slowly, too much or nothing costs a bounded part of memory, and its place when
// another wants it. With the answer
// of a single call or a finished batch comes `X-Batchlab-Answer-Age-Ns`: how long before the reply
// was written it was ready. A client that sends `X-Batchlab-Ordinal` and `X-Batchlab-Attempt` names
// the draw of the service time (see DrawKey); else it follows from the address and how often it
// came. Thread-safe. Keys are never logged.
class MockServer {
 public:
  // A server that accepts connections. The error is a port that is in use or may not be used, or a
  // host that is not ours.
  static batcher::Result<std::unique_ptr<MockServer>> Start(const ServerOptions& options);

  ~MockServer();  // Stops.
  MockServer(const MockServer&) = delete;
  MockServer& operator=(const MockServer&) = delete;

  [[nodiscard]] int port() const;
  // "http://127.0.0.1:8080". A server that listens on every address is named by the loopback one.
  [[nodiscard]] std::string origin() const;
  // Whether only programs of this machine can connect.
  [[nodiscard]] bool is_loopback() const;

  // When the run starts that the times of the faults count from; before it there are none. To be
  // called once, and only if it `holds_faults`: else they count from the server's own start.
  void StartFaults(std::chrono::steady_clock::time_point start);

  // Realised minus modelled delay of each answer that has waited since the last call, in no order;
  // at most a million. What the machine adds to the model.
  [[nodiscard]] std::vector<batcher::Duration> TakeDelayErrors();
  // Of all answers that have waited since the start.
  [[nodiscard]] DelayErrors delay_errors() const;
  [[nodiscard]] ServerCounts counts() const;
  // What was done wrong on purpose.
  [[nodiscard]] FaultLog faults() const;
  [[nodiscard]] FaultCounts fault_counts() const;
  // The jobs that can be fetched now.
  [[nodiscard]] JobCounts jobs() const;
  // Of the model that it serves.
  [[nodiscard]] WorkDone work_done() const;

  // Closes every connection, whatever it waits for, and returns when all threads have ended. May be
  // called again.
  void Stop();

 private:
  class Running;
  explicit MockServer(std::unique_ptr<Running> running);

  std::unique_ptr<Running> running_;
};

}  // namespace mock_server
