#pragma once

#include <mutex>

#include "mock_server/server_counts.h"

namespace mock_server {

// Counts for ServerCounts. Thread-safe.
class RequestCounts {
 public:
  // A request is being answered for as long as one of these lives.
  class Ongoing {
   public:
    explicit Ongoing(RequestCounts& counts) : counts_(counts) { counts_.Begin(); }
    ~Ongoing() { counts_.End(); }
    Ongoing(const Ongoing&) = delete;
    Ongoing& operator=(const Ongoing&) = delete;

   private:
    RequestCounts& counts_;
  };

  void Add(Route route, int status);
  [[nodiscard]] ServerCounts Read() const;

 private:
  void Begin();
  void End();

  mutable std::mutex mutex_;
  ServerCounts counts_;       // Guarded by mutex_.
  std::size_t requests_ = 0;  // Ongoing ones. Guarded by mutex_.
};

}  // namespace mock_server
