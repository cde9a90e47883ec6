#include "mock_server/routes.h"

#include <algorithm>
#include <utility>

#include "batcher/base/random.h"
#include "mock_server/address_list.h"
#include "mock_server/equal_in_constant_time.h"
#include "mock_server/single_query.h"
#include "mock_server/spoil.h"
#include "mock_server/wire.h"

namespace mock_server {
namespace {

constexpr std::string_view kSinglePath = "/v1/geocode/search";
constexpr std::string_view kBatchPath = "/v1/batch/geocode/search";
constexpr std::string_view kHealthPath = "/healthz";
constexpr std::size_t kOccurrenceCounts = 1U << 16U;

// The methods of a known path; empty for an unknown one.
std::string_view MethodsOf(std::string_view path) {
  if (path == kSinglePath || path == kHealthPath) {
    return "GET";
  }
  return path == kBatchPath ? "GET, POST" : "";
}

Reply Unrouted(std::string_view path) {
  const std::string_view methods = MethodsOf(path);
  if (methods.empty()) {
    return ErrorReply(404, "There is nothing at this path");
  }
  Reply reply = ErrorReply(405, "This path answers to " + std::string(methods) + " only");
  reply.headers.emplace_back("Allow", methods);
  return reply;
}

Reply Spoilt(Reply reply, const std::optional<Fault>& fault) {
  if (fault) {
    SpoilReply(*fault, reply);
  }
  return reply;
}

Reply BatchReply(std::vector<std::string> addresses, bool csv, Instant ready,
                 const std::optional<Fault>& fault) {
  Reply reply;
  if (fault) {
    SpoilItems(*fault, addresses);
  }
  reply.content_type = csv ? "text/csv" : "application/json";
  reply.body = csv ? BatchCsv(addresses) : BatchJson(addresses);
  reply.ready = ready;
  return Spoilt(std::move(reply), fault);
}

// None of a batch's answers knows another format.
std::optional<Reply> BatchFormatProblem(const Query& query) {
  const std::string_view format = query.Find("format").value_or("json");
  if (format == "json" || format == "csv") {
    return std::nullopt;
  }
  return ErrorReply(400, "\"format\" must be one of [json, csv]");
}

// What the live service says when a quota is used up is not public: the words are assumed, and tell
// clients that a pause of seconds will not help.
Reply Refused(const Served& served) {
  if (served.over_quota) {
    return ErrorReply(429, "The daily quota of credits is used up");
  }
  Reply reply = ErrorReply(429, "Too many requests, please try again later");
  AskToWait(served.retry_after, reply);
  return reply;
}

// The reply where there is no more to be said than an error or a fault; none: go on.
std::optional<Reply> ErrorOf(const FaultyServed& answer) {
  if (answer.fault && IsInPlaceOfService(*answer.fault)) {
    return ReplyInPlace(*answer.fault);
  }
  return answer.served.status == 429 ? std::optional(Refused(answer.served)) : std::nullopt;
}

bool WantsCsv(const Query& query) { return query.Find("format") == "csv"; }

}  // namespace

Route RouteOf(std::string_view method, std::string_view path) {
  if (path == kBatchPath && method == "POST") {
    return Route::kSubmit;
  }
  if (method != "GET") {
    return Route::kOther;
  }
  if (path == kSinglePath) {
    return Route::kSingle;
  }
  if (path == kBatchPath) {
    return Route::kPoll;
  }
  return path == kHealthPath ? Route::kHealth : Route::kOther;
}

Reply ErrorReply(int status, std::string_view message) {
  return {.status = status, .body = ErrorJson(status, message)};
}

Routes::Routes(RoutesOptions options)
    : options_(std::move(options)),
      service_(options_.service, options_.seed),
      jobs_(options_.jobs, options_.seed),
      occurrences_(kOccurrenceCounts) {}

Reply Routes::Answer(const WireRequest& request, Instant now) {
  const Route route = RouteOf(request.method, request.path);
  if (route == Route::kOther) {
    return Unrouted(request.path);
  }
  if (route == Route::kHealth) {
    return {.status = 200, .content_type = "text/plain", .body = "ok"};
  }
  const Query query(request.target);
  if (!KeyFits(query)) {
    return ErrorReply(401, "Invalid apiKey");
  }
  switch (route) {
    case Route::kSingle:
      return Single(request, query, now);
    case Route::kSubmit:
      return Submit(request, query, now);
    default:
      return Poll(query, now);
  }
}

void Routes::StartFaults(Instant start) {
  const std::lock_guard lock(mutex_);
  service_.StartFaults(start);
}

WorkDone Routes::work_done() {
  const std::lock_guard lock(mutex_);
  return service_.model().work_done();
}

FaultLog Routes::faults() {
  const std::lock_guard lock(mutex_);
  return service_.log();
}

FaultCounts Routes::fault_counts() {
  const std::lock_guard lock(mutex_);
  return service_.log().counts;
}

JobCounts Routes::jobs(Instant now) {
  const std::lock_guard lock(mutex_);
  return jobs_.Count(now);
}

Reply Routes::Single(const WireRequest& request, const Query& query, Instant now) {
  const batcher::Result<SingleQuery> parsed = ParseSingleQuery(query);
  if (!parsed) {
    return ErrorReply(400, parsed.error().message);
  }
  const std::uint64_t hash = batcher::HashBytes(parsed->address);
  FaultyServed answer;
  {
    const std::lock_guard lock(mutex_);
    answer = service_.Single(KeyOf(request, hash), Arrival(now));
  }
  if (std::optional<Reply> error = ErrorOf(answer)) {
    return *std::move(error);
  }
  std::vector<std::string> address = {parsed->address};
  if (answer.fault) {
    SpoilItems(*answer.fault, address);
  }
  Reply reply;
  reply.body = parsed->geojson ? SingleGeojson(address.front()) : SingleJson(address.front());
  reply.ready = answer.served.ready;
  return Spoilt(std::move(reply), answer.fault);
}

Reply Routes::Submit(const WireRequest& request, const Query& query, Instant now) {
  if (std::optional<Reply> problem = BatchFormatProblem(query)) {
    return *std::move(problem);
  }
  batcher::Result<std::vector<std::string>> addresses = ParseAddresses(request.body);
  if (!addresses) {
    return ErrorReply(400, addresses.error().message);
  }
  if (addresses->empty()) {
    return EmptyBatch(query, now);
  }
  if (addresses->size() > kMaxItems) {
    return ErrorReply(400, "\"inputs\" must contain less than or equal to " +
                               std::to_string(kMaxItems) + " items");
  }
  const std::uint64_t hash = batcher::HashBytes(request.body);
  std::unique_lock lock(mutex_);
  const Instant arrival = Arrival(now);
  const DrawKey key = KeyOf(request, hash);
  const FaultyServed answer = service_.Batch(addresses->size(), key, arrival);
  if (std::optional<Reply> error = ErrorOf(answer)) {
    return *std::move(error);
  }
  const Instant ready = answer.served.ready;
  if (answer.served.status == 202) {
    const std::string id =
        jobs_.Add({.body = std::string(request.body), .ready = ready, .key = key}, arrival);
    return Spoilt(Accepted(id, query), answer.fault);
  }
  lock.unlock();
  return BatchReply(*std::move(addresses), WantsCsv(query), ready, answer.fault);
}

Reply Routes::EmptyBatch(const Query& query, Instant now) {
  const int status = options_.service.empty_batch_status;
  if (status == 202) {
    const std::lock_guard lock(mutex_);
    const Instant arrival = Arrival(now);
    return Accepted(jobs_.Add({.body = "[]", .ready = arrival}, arrival), query);
  }
  if (status == 200) {
    return BatchReply({}, WantsCsv(query), now, std::nullopt);
  }
  return ErrorReply(status, "\"inputs\" must contain at least 1 item");
}

Reply Routes::Poll(const Query& query, Instant now) {
  const std::optional<std::string_view> id = query.Find("id");
  if (!id) {
    return ErrorReply(400, "\"id\" is required");
  }
  if (std::optional<Reply> problem = BatchFormatProblem(query)) {
    return *std::move(problem);
  }
  std::unique_lock lock(mutex_);
  const Instant arrival = Arrival(now);
  Job* const found = jobs_.Find(*id, arrival);
  const FaultyServed answer = service_.Poll(found, arrival);
  if (std::optional<Reply> error = ErrorOf(answer)) {
    return *std::move(error);
  }
  if (answer.unknown_job) {
    return ErrorReply(options_.service.unknown_id_status, "There is no job with this id");
  }
  if (answer.served.status == 202) {
    return Spoilt({.status = 202, .body = PendingJson(*id)}, answer.fault);
  }
  // A copy, because a later batch may push the job out while its answer is written.
  const Job job = *found;
  lock.unlock();
  return BatchReply(ParseAddresses(job.body).value(), WantsCsv(query), job.ready, answer.fault);
}

bool Routes::KeyFits(const Query& query) const {
  const std::string_view key = query.Find("apiKey").value_or("");
  return options_.api_key.empty() ? !key.empty() : EqualInConstantTime(key, options_.api_key);
}

Reply Routes::Accepted(std::string_view id, const Query& query) const {
  std::string url = options_.public_url;
  url += kBatchPath;
  url += "?id=";
  url += id;
  url += "&apiKey=" + UrlEncoded(query.Find("apiKey").value_or(""));
  return {.status = 202, .body = AcceptedJson(id, url)};
}

DrawKey Routes::KeyOf(const WireRequest& request, std::uint64_t hash) {
  if (request.ordinal) {
    return {.ordinal = *request.ordinal, .attempt = request.attempt};
  }
  return {.ordinal = hash, .attempt = occurrences_[batcher::Mix(hash) % kOccurrenceCounts]++};
}

// Connections read the clock before they meet here, so their instants may come out of order.
Instant Routes::Arrival(Instant now) {
  last_arrival_ = std::max(last_arrival_, now);
  return last_arrival_;
}

}  // namespace mock_server
