// Records every call and every batch of a batcher in a folder, from which a window is chosen:
//
//   with_recorder FOLDER
//   scripts/batchlab tune --enqueue-log FOLDER/calls.csv --service FOLDER/batches.csv
//       --set server.batch_mode=immediate --slo 'latency.p50 <= 100ms'
//
// Calls come at random for some ten seconds, as those of a service would.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

#include "batcher/base/random.h"
#include "batcher/base/run_clock.h"
#include "batcher/batcher.h"
#include "batcher/recorder/recorder.h"

namespace {

using namespace std::chrono_literals;

constexpr int kCalls = 2'000;
constexpr batcher::Duration kMeanGap = 5ms;
constexpr std::uint64_t kKeys = 300;

// Nobody wakes who waits: time passes.
void WaitUntil(std::chrono::steady_clock::time_point end) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, end, [] { return false; });
}

// Stands for a query that takes some time, and more for more numbers.
std::vector<batcher::ItemResult<int>> SquaresOf(std::span<const int> numbers,
                                                const std::stop_token& /*stop*/) {
  WaitUntil(batcher::RunClock::SteadyNow() + 20ms + numbers.size() * 500us);
  std::vector<batcher::ItemResult<int>> squares;
  for (const int number : numbers) {
    squares.push_back(batcher::Found(number * number));
  }
  return squares;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::puts("usage: with_recorder FOLDER");
    return 2;
  }
  const auto recorder = batcher::Recorder::Create({.folder = argv[1]});
  if (!recorder) {
    std::puts(recorder.error().message.c_str());
    return 1;
  }
  {
    batcher::Batcher<int, int> squares({.batch = SquaresOf}, {.observer = recorder->get()});
    batcher::RandomStream random(1, "calls");
    batcher::Instant at = squares.clock().Now();
    std::vector<batcher::Pending<int>> pending;
    for (int i = 0; i < kCalls; ++i) {
      at += random.Exponential(kMeanGap);
      WaitUntil(squares.clock().ToSteady(at));
      pending.push_back(squares.Get(static_cast<int>(random.Below(kKeys))));
    }
    for (batcher::Pending<int>& one : pending) {
      one.Wait();
    }
  }
  (*recorder)->Flush();
  const batcher::RecorderStats stats = (*recorder)->stats();
  std::printf("%llu records in %s, %llu dropped, %llu lost%s%s\n",
              static_cast<unsigned long long>(stats.written), argv[1],
              static_cast<unsigned long long>(stats.dropped),
              static_cast<unsigned long long>(stats.lost), stats.error.empty() ? "" : ": ",
              stats.error.c_str());
}
