#pragma once

#include <string>
#include <vector>

#include "bench/tune_candidate.h"

namespace bench {

// The settings that an answer is compared with.

// What the article does, with a window: polls each 100 ms, and lone calls in batches too.
[[nodiscard]] Candidate PlainWay(const TuneKnobs& knobs, batcher::Duration window);

// The lines of the table, without doubles: no batching, the plain way at 50 ms, `best` with a tenth
// and a half of its window, and `best`.
[[nodiscard]] std::vector<Candidate> ComparedWith(const TuneKnobs& knobs, const Candidate& best);

// One knob turned, on the way from the plain way to the best.
struct KnobTurn {
  std::string what;     // "lone calls singly"
  Candidate candidate;  // with it, and all turned before it
};

// From the plain way at the window of `best` to `best`. REQUIRES: it batches.
[[nodiscard]] std::vector<KnobTurn> TurnsTo(const TuneKnobs& knobs, const Candidate& best);

}  // namespace bench
