#pragma once

#include <vector>

#include "batcher/base/time.h"

namespace bench {

// Which of a client's connections a request would leave on, as the pool of the HTTP client uses
// them: the one used last first. All it tells is whether that connection was used before and is
// still open, for a poll that finds such a one closed is sent again at once. A value.
class KeptConnections {
 public:
  // Takes the connection for a request that leaves at `now`, which does not go backwards: true if
  // it is a kept one. Connections are opened before a run, so a new one is taken to be kept too.
  bool Take(batcher::Instant now);
  // Gives it back at a later time; `open`: the next request can use it.
  void GiveBack(batcher::Instant at, bool open);
  // All are closed.
  void CloseAll();

 private:
  struct Busy {
    batcher::Instant until;
    bool open = true;
  };

  std::vector<Busy> busy_;  // a heap, the earliest on top
  std::vector<bool> idle_;  // whether each is open; the one used last at the back
};

}  // namespace bench
