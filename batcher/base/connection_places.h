#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "batcher/base/time.h"

namespace batcher {

struct PlaceLimits {
  std::size_t most = 1024;  // at least 1
  // For so long a connection may wait for its peer and be sure of its place.
  Duration grace = std::chrono::milliseconds(250);
};

// The sockets that a server serves, of which there are only so many. Where a further one wants a
// place and none is free, the one is shut down that has waited longest for its peer: an idle
// connection, half a request, a reply that nobody reads. So whoever opens connections and leaves
// them lying about keeps nobody else out. One that works for its peer is never shut down for
// another. Does not own the sockets. Thread-safe.
class ConnectionPlaces {
 public:
  explicit ConnectionPlaces(const PlaceLimits& limits);

  // Gives the socket a place, in which it waits for its peer; blocks until there is one. False
  // after ShutdownAll: the socket is not to be served.
  [[nodiscard]] bool Enter(int descriptor);
  // To be called before the descriptor is closed, else its number may be another socket's already.
  void Leave(int descriptor);

  // The peer has done its part: it is the server's turn. False: the socket was shut down, and
  // nobody would get what the server works out. REQUIRES: as Waiting.
  [[nodiscard]] bool Working(int descriptor);
  // It is the peer's turn, from now on: what it did before doesn't count. REQUIRES: it has entered,
  // and not left.
  void Waiting(int descriptor);

  // Whether somebody waits for a place.
  [[nodiscard]] bool crowded() const;
  // Shuts down the one that has waited longest for its peer, if there is one; none while another
  // that was shut down has not left yet: its place will do.
  void DropOldest();
  // ::shutdown() of every socket that is there now.
  void ShutdownOpen();
  // The same; no further ones are taken.
  void ShutdownAll();

  [[nodiscard]] std::size_t size() const;
  // How many were shut down so that others could have their places.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  enum class State : std::uint8_t { kWaiting, kWorking, kDropped };
  struct Place {
    int descriptor = -1;
    State state = State::kWaiting;
    std::chrono::steady_clock::time_point since = {};  // it waits
  };
  using Places = std::list<Place>;

  // These want mutex_ held.
  void ShutdownEach() const;
  [[nodiscard]] Places::iterator PlaceOf(int descriptor) const;
  void Drop(Places::iterator place);
  // Blocks until a place may have become free, or makes that happen.
  void AwaitChange(std::unique_lock<std::mutex>& lock);

  const PlaceLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Places waiting_;                                       // Oldest first. Guarded by mutex_.
  Places others_;                                        // Guarded by mutex_.
  std::unordered_map<int, Places::iterator> by_number_;  // Of all. Guarded by mutex_.
  std::size_t wanted_ = 0;                               // Who blocks. Guarded by mutex_.
  std::size_t leaving_ = 0;                              // In state kDropped. Guarded by mutex_.
  std::uint64_t dropped_ = 0;                            // Guarded by mutex_.
  bool shut_down_ = false;                               // Guarded by mutex_.
};

}  // namespace batcher
