#include "batcher/geoapify/http_pool.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <optional>
#include <utility>

#include "batcher/base/check.h"
#include "batcher/base/run_clock.h"
#include "batcher/geoapify/http_connection.h"

namespace batcher::geoapify {
namespace {

// How long whoever waits for the end of a stop waits before it stops again what may have missed it.
constexpr auto kStopAgain = std::chrono::milliseconds(10);

constexpr const char* kRefused = "the client is stopping, or can't start a thread";

// Writing to a connection that the other side has closed would end the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

HttpReply NoAnswer(std::string why) {
  const auto now = RunClock::SteadyNow();
  return {.error = std::move(why), .sent = now, .replied = now};
}

}  // namespace

struct HttpPool::Job {
  HttpRequest request;
  Done done;
};

struct HttpPool::Worker {
  Worker(const HttpOptions& options, x509_store_st* authorities)
      : connection(options, authorities) {}

  HttpConnection connection;
  std::condition_variable wake;
  std::optional<Job> job;  // Guarded by mutex_.
  std::thread thread;      // Guarded by mutex_.
};

HttpPool::HttpPool(HttpPoolOptions options, Authorities authorities)
    : options_(std::move(options)), authorities_(std::move(authorities)) {
  CHECK(options_.max_connections > 0);
}

HttpPool::~HttpPool() {
  Stop();
  std::unique_lock lock(mutex_);
  while (!retired_.wait_for(lock, kStopAgain, [this] { return workers_.empty(); })) {
    StopConnections();
  }
  std::thread last = std::move(last_retired_);
  lock.unlock();
  if (last.joinable()) {
    last.join();
  }
}

void HttpPool::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  StopConnections();
  for (Worker* worker : idle_) {
    worker->wake.notify_one();
  }
  std::deque<Job> unsent = std::exchange(queue_, {});
  lock.unlock();
  for (Job& job : unsent) {
    job.done(NoAnswer("the client was stopped"));
  }
}

void HttpPool::StopConnections() {
  for (const std::unique_ptr<Worker>& worker : workers_) {
    worker->connection.Stop();
  }
}

void HttpPool::Send(HttpRequest request, Done done) {
  Job job{.request = std::move(request), .done = std::move(done)};
  std::unique_lock lock(mutex_);
  if (!Assign(job)) {
    lock.unlock();
    job.done(NoAnswer(kRefused));
  }
}

Result<std::size_t> HttpPool::Warm(std::size_t connections, const std::string& target) {
  struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t running = 0;   // Guarded by mutex.
    std::size_t answered = 0;  // Guarded by mutex.
    std::string error;         // Guarded by mutex.
  } progress;
  const std::size_t wanted = std::min(connections, options_.max_connections);
  progress.running = wanted;
  const auto count = [&progress](const HttpReply& reply) {
    // Notifies under the lock: whoever waits destroys the condition as soon as it has the lock.
    const std::lock_guard lock(progress.mutex);
    --progress.running;
    if (reply.status != 0) {
      ++progress.answered;
    } else {
      progress.error = reply.error;
    }
    progress.changed.notify_one();
  };
  std::size_t refused = 0;
  {
    // All under one lock: a connection that is done early must not be given a second request.
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < wanted; ++i) {
      Job job{.request = {.target = target, .repeatable = true}, .done = count};
      refused += Assign(job) ? 0U : 1U;
    }
  }
  for (std::size_t i = 0; i < refused; ++i) {
    count(NoAnswer(kRefused));
  }
  std::unique_lock lock(progress.mutex);
  while (!progress.changed.wait_for(lock, kStopAgain, [&] { return progress.running == 0; })) {
    const std::lock_guard pool_lock(mutex_);
    if (stopping_) {
      StopConnections();  // again: one may have missed it
    }
  }
  if (!progress.error.empty()) {
    return Error{"no answer from " + options_.http.base_url + ": " + progress.error};
  }
  return progress.answered;
}

std::size_t HttpPool::connections() const {
  const std::lock_guard lock(mutex_);
  return workers_.size();
}

bool HttpPool::Assign(Job& job) {
  if (stopping_) {
    return false;
  }
  if (!idle_.empty()) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->job = std::move(job);
    worker->wake.notify_one();
    return true;
  }
  if (workers_.size() < options_.max_connections && StartWorker(job)) {
    return true;
  }
  if (workers_.empty()) {
    return false;
  }
  queue_.push_back(std::move(job));
  return true;
}

bool HttpPool::StartWorker(Job& job) {
  try {
    workers_.push_back(std::make_unique<Worker>(options_.http, authorities_.get()));
  } catch (const std::exception&) {
    return false;
  }
  Worker& worker = *workers_.back();
  try {
    worker.thread = std::thread([this, &worker] { Work(worker); });
  } catch (const std::exception&) {
    workers_.pop_back();
    return false;
  }
  worker.job = std::move(job);  // in time: the thread needs the lock to look for it
  return true;
}

void HttpPool::Work(Worker& worker) {
  BlockBrokenPipeSignal();
  std::unique_lock lock(mutex_);
  do {
    Job job = std::move(*worker.job);
    worker.job.reset();
    lock.unlock();
    job.done(worker.connection.Perform(job.request));
    job = {};  // what it holds may be the user's: not to be destroyed under the lock
    lock.lock();
  } while (AwaitJob(worker, lock));
  Retire(worker, lock);
}

bool HttpPool::AwaitJob(Worker& worker, std::unique_lock<std::mutex>& lock) {
  if (stopping_) {
    return false;
  }
  if (!queue_.empty()) {
    worker.job = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }
  idle_.push_back(&worker);
  worker.wake.wait_for(lock, options_.idle_timeout,
                       [&] { return worker.job.has_value() || stopping_; });
  if (worker.job) {
    return true;
  }
  std::erase(idle_, &worker);
  return false;
}

void HttpPool::Retire(Worker& worker, std::unique_lock<std::mutex>& lock) {
  const auto place =
      std::find_if(workers_.begin(), workers_.end(),
                   [&](const std::unique_ptr<Worker>& w) { return w.get() == &worker; });
  const std::unique_ptr<Worker> self = std::move(*place);
  workers_.erase(place);
  std::thread before = std::exchange(last_retired_, std::move(self->thread));
  retired_.notify_one();
  lock.unlock();
  // From here on the pool may be gone.
  if (before.joinable()) {
    before.join();
  }
}

}  // namespace batcher::geoapify
