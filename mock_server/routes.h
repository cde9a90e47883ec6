#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/broken_reply.h"
#include "mock_server/faulty_service.h"
#include "mock_server/job_store.h"
#include "mock_server/query.h"
#include "mock_server/server_counts.h"

namespace mock_server {

[[nodiscard]] Route RouteOf(std::string_view method, std::string_view path);

// A request as it came over the wire; the views need to live for one Answer only.
struct WireRequest {
  std::string_view method = {};
  std::string_view path = {};    // decoded, without the query
  std::string_view target = {};  // as on the request line
  std::string_view body = {};
  std::optional<std::uint64_t> ordinal = {};  // of the call, where the client tells it; see DrawKey
  std::uint64_t attempt = 0;
};

struct Reply {
  int status = 200;  // 0: none is sent
  std::string content_type = "application/json";
  std::string body = {};
  std::optional<Instant> ready =
      {};  // of an answer: when it is (or was) ready; not to be sent earlier
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides Content-Type
  std::optional<BrokenReply> broken = {};
};

[[nodiscard]] Reply ErrorReply(int status, std::string_view message);

struct RoutesOptions {
  ServiceOptions service = {};
  std::string api_key = {};     // empty: any key that is not empty will do
  std::string public_url = {};  // the origin that the `url` of an accepted batch begins with
  std::uint64_t seed = 1;
  JobLimits jobs = {};
};

// The service on the level of requests and replies: it checks them, asks the model when the answer
// is ready, and writes it. It neither waits nor reads a clock. Thread-safe: requests of many
// connections meet the model one after the other, in the order in which they come here.
class Routes {
 public:
  static constexpr std::size_t kMaxItems = 1000;

  explicit Routes(RoutesOptions options);

  // `now` is when the request arrived. One that is earlier than another request's counts as equal.
  [[nodiscard]] Reply Answer(const WireRequest& request, Instant now);

  // When the run starts that the times of the faults count from; before it there are none.
  void StartFaults(Instant start);

  [[nodiscard]] WorkDone work_done();
  [[nodiscard]] FaultLog faults();
  [[nodiscard]] FaultCounts fault_counts();
  [[nodiscard]] JobCounts jobs(Instant now);

 private:
  Reply Single(const WireRequest& request, const Query& query, Instant now);
  Reply Submit(const WireRequest& request, const Query& query, Instant now);
  Reply Poll(const Query& query, Instant now);

  [[nodiscard]] bool KeyFits(const Query& query) const;
  // The empty batch: nobody knows what the live service makes of it, so the options say.
  Reply EmptyBatch(const Query& query, Instant now);
  Reply Accepted(std::string_view id, const Query& query) const;

  // The two below want mutex_ held. `hash` is that of the text asked for.
  DrawKey KeyOf(const WireRequest& request, std::uint64_t hash);
  Instant Arrival(Instant now);

  const RoutesOptions options_;
  std::mutex mutex_;
  FaultyService service_;  // Guarded by mutex_.
  JobStore jobs_;          // Guarded by mutex_.
  Instant last_arrival_;   // Guarded by mutex_.
  // How often texts of a hash were asked for without an ordinal. Texts that share a place in it
  // share the count: bounded memory, and draws that still differ from one request to the next.
  std::vector<std::uint64_t> occurrences_;  // Guarded by mutex_.
};

}  // namespace mock_server
