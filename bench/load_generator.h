#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>

#include "batcher/batcher.h"
#include "batcher/geoapify/endpoint.h"
#include "bench/call_source.h"
#include "bench/drive_http.h"

namespace bench {

using GeoBatcher = batcher::Batcher<std::string, batcher::geoapify::Place>;

// Makes the calls of a source, each when the source wants it. All must outlive it, and the batcher
// must have answered every call before it goes.
class LoadGenerator {
 public:
  LoadGenerator(CallSource& source, GeoBatcher& geocoder, const HttpOptions& options)
      : source_(source), geocoder_(geocoder), options_(options) {}

  // How many calls were submitted: all, unless a stop is requested.
  std::uint64_t Run(batcher::Instant start, const RunControl& control);
  // Whether a stop left calls out.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  // Waits for the time of the next call, and lets callers leave whose time has come; false: there
  // are no more, or a stop is requested.
  bool AwaitNext(const RunControl& control, std::unique_lock<std::mutex>& lock);
  void Submit(PlannedCall planned);
  void CancelDue(batcher::Instant now);
  void OnAnswer(std::uint64_t call, const batcher::Answer<batcher::geoapify::Place>& answer);

  CallSource& source_;  // Guarded by mutex_.
  GeoBatcher& geocoder_;
  const HttpOptions& options_;
  batcher::Instant start_;
  bool stopped_ = false;
  // Callers who will leave, by when; used by the thread of Run only.
  struct Leaving {
    batcher::Instant at;
    std::stop_source stop;
  };
  std::deque<Leaving> leaving_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t under_way_ = 0;  // Guarded by mutex_. Calls, if callers wait for their answers.
  bool ended_ = false;           // Guarded by mutex_. A call has, since the last look.
};

}  // namespace bench
