#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "batcher/base/result.h"
#include "batcher/geoapify/http.h"
#include "batcher/geoapify/tls.h"

namespace batcher::geoapify {

struct HttpPoolOptions {
  HttpOptions http = {};
  std::size_t max_connections = 100;  // at least 1; further requests wait for one
  // A connection that is unused for as long is closed: an idle one costs the server.
  Duration idle_timeout = std::chrono::seconds(10);
};

// Kept connections to one service, each with a thread that waits for its answers. Threads start
// when they are needed, the one used last is used next, and those left idle end with their
// connections. Thread-safe.
class HttpPool {
 public:
  using Done = std::function<void(HttpReply)>;

  // With https there must be authorities.
  explicit HttpPool(HttpPoolOptions options, Authorities authorities = {nullptr, nullptr});
  // Stops, then waits for the threads. Not from within a Done.
  ~HttpPool();
  HttpPool(const HttpPool&) = delete;
  HttpPool& operator=(const HttpPool&) = delete;

  // Starts a request and returns at once. Calls `done` exactly once: on a thread of the pool, or if
  // the request is never sent on that of Stop or from within Send. `done` must not throw, and
  // may send.
  void Send(HttpRequest request, Done done);

  // Opens as many connections (max_connections at most) and uses each once, all at the same time,
  // with a GET of `target`, which must cost nothing; any answer will do. Waits until they are done.
  // How many connections answered, or why one of them didn't. Sends while it runs may take some of
  // the connections.
  [[nodiscard]] Result<std::size_t> Warm(std::size_t connections, const std::string& target);

  // Ends the requests under way and gives those that still wait, and all later ones, a reply
  // without an answer. Does not wait.
  void Stop();

  // Connections, in use or kept.
  [[nodiscard]] std::size_t connections() const;

 private:
  struct Job;
  struct Worker;

  // Hands the job to an idle worker, a new one, or the queue. False, with the job left as it was,
  // if nobody will ever do it: the pool is stopping, or can't start its first thread. REQUIRES:
  // mutex_ is held.
  [[nodiscard]] bool Assign(Job& job);
  [[nodiscard]] bool StartWorker(Job& job);
  void StopConnections();  // REQUIRES: mutex_ is held.
  void Work(Worker& worker);
  // Waits until `worker` has a job again; false: it is to end.
  [[nodiscard]] bool AwaitJob(Worker& worker, std::unique_lock<std::mutex>& lock);
  // Takes the worker out of the pool, on its own thread.
  void Retire(Worker& worker, std::unique_lock<std::mutex>& lock);

  const HttpPoolOptions options_;
  const Authorities authorities_;

  mutable std::mutex mutex_;
  std::condition_variable retired_;               // workers_ has become smaller
  bool stopping_ = false;                         // Guarded by mutex_.
  std::vector<std::unique_ptr<Worker>> workers_;  // Guarded by mutex_.
  std::vector<Worker*> idle_;                     // Guarded by mutex_. Used last is at the back.
  std::deque<Job> queue_;  // Guarded by mutex_. Empty while a worker is idle or can be started.
  // The thread that retired last. Each joins the one before it, so that only one is ever left over.
  std::thread last_retired_;  // Guarded by mutex_.
};

}  // namespace batcher::geoapify
