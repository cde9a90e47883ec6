#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "batcher/base/random.h"
#include "batcher/base/time.h"
#include "mock_server/draw_key.h"

namespace mock_server {

// A batch that was accepted.
struct Job {
  // Its addresses as ParseAddresses reads them: the request's body. One piece of memory, because
  // thousands of small ones that die on other threads would leave it full of holes.
  std::string body = {};
  batcher::Instant ready = {};
  DrawKey key = {};         // of its submit
  std::uint64_t polls = 0;  // of it, until now
  bool lost = false;        // forgotten on purpose
};

struct JobLimits {
  std::size_t max_jobs = 10'000;        // the oldest is forgotten first
  std::size_t max_bytes = 256U << 20U;  // of all jobs together; the newest always stays
  batcher::Duration retention = std::chrono::hours(24);  // after a job is ready
};

struct JobCounts {
  std::size_t pending = 0;  // are worked on
  std::size_t done = 0;     // have their answer

  friend bool operator==(const JobCounts&, const JobCounts&) = default;
};

// The batches that can be fetched. Pure: it is told the time. A job may be fetched any number of
// times until it expires or newer ones push it out. Not thread-safe.
class JobStore {
 public:
  JobStore(const JobLimits& limits, std::uint64_t seed);

  // The job's id: 32 lower-case hexadecimal digits.
  std::string Add(Job job, batcher::Instant now);
  // None if the id is unknown or expired. The pointer lives until the next Add.
  [[nodiscard]] Job* Find(std::string_view id, batcher::Instant now);

  [[nodiscard]] std::size_t size() const { return jobs_.size(); }
  [[nodiscard]] JobCounts Count(batcher::Instant now) const;

 private:
  struct Stored {
    Job job;
    std::size_t bytes = 0;
  };

  [[nodiscard]] bool Expired(const Job& job, batcher::Instant now) const;
  void ForgetOldest();

  JobLimits limits_;
  batcher::RandomStream ids_;
  std::unordered_map<std::string, Stored> jobs_;
  std::deque<std::string> order_;          // The ids of jobs_, oldest first.
  std::multiset<batcher::Instant> ready_;  // Of all stored jobs.
  std::size_t bytes_ = 0;                  // Of all stored jobs.
};

}  // namespace mock_server
