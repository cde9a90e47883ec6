#include "bench/hunt/front.h"
#include "bench/hunt/run.h"

// The world of programs: the loop, the calls and the keys of a Batcher, in virtual time.

namespace hunt {

void RunFront(const Case& run, Watch& watch, Tally& tally) {
  Front front(run, watch, tally);
  front.RunAll();
}

}  // namespace hunt
