#include "mock_server/job_store.h"

#include <iterator>
#include <utility>

#include "batcher/base/check.h"

namespace mock_server {
namespace {

std::string HexId(batcher::RandomStream& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const std::uint64_t word : {random.Bits(), random.Bits()}) {
    for (unsigned shift = 0; shift < 64; shift += 4) {
      id += kDigits[(word >> shift) & 15U];
    }
  }
  return id;
}

// What a job takes in memory, nearly.
std::size_t BytesOf(const Job& job) { return sizeof(Job) + job.body.size(); }

}  // namespace

JobStore::JobStore(const JobLimits& limits, std::uint64_t seed)
    : limits_(limits), ids_(seed, "job_ids") {
  CHECK(limits_.max_jobs > 0);
}

std::string JobStore::Add(Job job, batcher::Instant now) {
  while (!order_.empty() && Expired(jobs_.at(order_.front()).job, now)) {
    ForgetOldest();
  }
  std::string id = HexId(ids_);
  const std::size_t bytes = BytesOf(job);
  bytes_ += bytes;
  order_.push_back(id);
  ready_.insert(job.ready);
  jobs_.emplace(id, Stored{.job = std::move(job), .bytes = bytes});
  while (jobs_.size() > limits_.max_jobs || (bytes_ > limits_.max_bytes && jobs_.size() > 1)) {
    ForgetOldest();
  }
  return id;
}

Job* JobStore::Find(std::string_view id, batcher::Instant now) {
  const auto found = jobs_.find(std::string(id));
  if (found == jobs_.end() || Expired(found->second.job, now)) {
    return nullptr;
  }
  return &found->second.job;
}

JobCounts JobStore::Count(batcher::Instant now) const {
  const auto pending =
      static_cast<std::size_t>(std::distance(ready_.upper_bound(now), ready_.end()));
  const auto expired = static_cast<std::size_t>(
      std::distance(ready_.begin(), ready_.upper_bound(now - limits_.retention)));
  return {.pending = pending, .done = ready_.size() - pending - expired};
}

bool JobStore::Expired(const Job& job, batcher::Instant now) const {
  return now - job.ready >= limits_.retention;
}

void JobStore::ForgetOldest() {
  const auto oldest = jobs_.find(order_.front());
  bytes_ -= oldest->second.bytes;
  ready_.erase(ready_.find(oldest->second.job.ready));
  jobs_.erase(oldest);
  order_.pop_front();
}

}  // namespace mock_server
