#include "bench/hunt/search.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <new>
#include <string_view>
#include <thread>
#include <vector>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "bench/hunt/draw.h"
#include "bench/progress.h"

namespace hunt {
namespace {

constexpr std::uint64_t kNone = static_cast<std::uint64_t>(-1);
constexpr std::uint64_t kChunk = 32;  // seeds that a thread takes at a time
constexpr unsigned kMostThreads = 256;
constexpr unsigned kLongestSeconds = 60;  // of one case
constexpr int kEndless = 3;               // how the searching process ends then

// What the searching process and its parent share.
struct Shared {
  std::array<std::atomic<std::uint64_t>, kMostThreads> at{};  // the seed of each thread
  std::atomic<std::uint64_t> next = 0;
  std::atomic<std::uint64_t> seeds = 0;
  std::atomic<std::uint64_t> found = kNone;
  Tally tally = {};
};

// Memory that a child of this process writes and this one reads.
class SharedMemory {
 public:
  SharedMemory() {
    void* const memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(memory != MAP_FAILED);
    shared_ = new (memory) Shared;
  }
  ~SharedMemory() { munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  Shared& operator*() const { return *shared_; }
  Shared* operator->() const { return shared_; }

 private:
  Shared* shared_;
};

void SearchOn(const SearchPlan& plan, unsigned thread, Shared& shared, Tally& tally) {
  while (true) {
    const std::uint64_t from = plan.first + shared.next.fetch_add(kChunk);
    if (from > plan.last || from > shared.found.load()) {
      return;
    }
    for (std::uint64_t seed = from; seed <= std::min(plan.last, from + kChunk - 1); ++seed) {
      shared.at[thread].store(seed);
      const RunResult ran = RunWithTwins(Draw(seed));
      tally.Add(ran.tally);
      shared.seeds.fetch_add(1);
      if (ran.broken) {
        std::uint64_t least = shared.found.load();
        while (seed < least && !shared.found.compare_exchange_weak(least, seed)) {
        }
        return;
      }
    }
  }
}

// Shows how far it is, and ends the process if a case does not end.
void Watchover(const SearchPlan& plan, Shared& shared, std::condition_variable& changed,
               std::unique_lock<std::mutex>& lock, const unsigned& running) {
  bench::Progress progress("hunting");
  std::vector<std::uint64_t> before(plan.threads, kNone);
  auto looked = batcher::RunClock::SteadyNow();
  while (!changed.wait_for(lock, std::chrono::milliseconds(200), [&] { return running == 0; })) {
    progress.Update(static_cast<double>(shared.seeds.load()) /
                    static_cast<double>(plan.last - plan.first + 1));
    if (batcher::RunClock::SteadyNow() - looked < std::chrono::seconds(kLongestSeconds)) {
      continue;
    }
    looked = batcher::RunClock::SteadyNow();
    for (unsigned i = 0; i < plan.threads; ++i) {
      const std::uint64_t at = shared.at[i].load();
      if (at != 0 && at == before[i]) {
        shared.found.store(std::min(at, shared.found.load()));
        _exit(kEndless);
      }
      before[i] = at;
    }
  }
}

void SearchHere(const SearchPlan& plan, Shared& shared) {
  std::mutex mutex;
  std::condition_variable changed;
  unsigned running = plan.threads;  // Guarded by mutex.
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < plan.threads; ++i) {
    threads.emplace_back([&, i] {
      Tally tally;
      SearchOn(plan, i, shared, tally);
      shared.at[i].store(0);
      const std::lock_guard lock(mutex);
      shared.tally.Add(tally);
      --running;
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  Watchover(plan, shared, changed, lock, running);
  lock.unlock();
  for (std::thread& thread : threads) {
    thread.join();
  }
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  return status;
}

std::string ReadAll(int file) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = read(file, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(file);
  return text;
}

// The child's side: what is broken goes to `out`, and so does whatever a CHECK says.
[[noreturn]] void TryHere(const Case& run, int out) {
  dup2(out, STDERR_FILENO);
  alarm(kLongestSeconds);
  const RunResult ran = RunWithTwins(run);
  if (ran.broken) {
    std::fputs(fmt::format("{}\n{}", ran.broken->rule, ran.broken->sentence).c_str(), stderr);
  }
  std::fflush(stderr);
  _exit(ran.broken ? 1 : 0);
}

}  // namespace

SearchResult Search(const SearchPlan& plan) {
  CHECK(plan.threads >= 1 && plan.threads <= kMostThreads && plan.first <= plan.last);
  const SharedMemory shared;
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    SearchHere(plan, *shared);
    _exit(0);
  }
  const int status = WaitFor(child);
  if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM)) {
    std::raise(WTERMSIG(status));
  }
  std::uint64_t found = shared->found.load();
  if (WIFSIGNALED(status)) {
    for (unsigned i = 0; i < plan.threads; ++i) {
      const std::uint64_t at = shared->at[i].load();
      if (at != 0 && at < found && TryApart(Draw(at))) {
        found = at;
      }
    }
  }
  return {.seeds = shared->seeds.load(),
          .found = found == kNone ? std::nullopt : std::optional(found),
          .tally = shared->tally};
}

std::optional<Broken> TryApart(const Case& run) {
  std::array<int, 2> ends{};
  CHECK(pipe(ends.data()) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    close(ends[0]);
    TryHere(run, ends[1]);
  }
  close(ends[1]);
  const std::string text = ReadAll(ends[0]);
  const int status = WaitFor(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return std::nullopt;
  }
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGALRM
               ? Broken{"the run ends", "the run does not end within a minute"}
               : Broken{"the program goes on",
                        fmt::format("signal {} ends the program. {}", WTERMSIG(status), text)};
  }
  const std::size_t line = text.find('\n');
  return Broken{text.substr(0, line), line == std::string::npos ? "" : text.substr(line + 1)};
}

}  // namespace hunt
