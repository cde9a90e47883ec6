#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_set>

namespace batcher {

// The sockets that are being served, so that a stop can end what their threads wait for. Does not
// own them. Thread-safe.
class OpenSockets {
 public:
  // False after ShutdownAll: the socket is not to be served.
  [[nodiscard]] bool Add(int descriptor);
  // To be called before the descriptor is closed, else its number may be another socket's already.
  void Remove(int descriptor);
  // ::shutdown() of every socket that is there now.
  void ShutdownOpen();
  // The same; no further ones are taken.
  void ShutdownAll();

  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<int> descriptors_;  // Guarded by mutex_.
  bool shut_down_ = false;               // Guarded by mutex_.
};

}  // namespace batcher
