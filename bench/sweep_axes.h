#pragma once

#include <string>
#include <vector>

#include "batcher/base/result.h"
#include "bench/settings.h"

namespace bench {

// What the user asks a sweep to vary. Texts as ParseSweepValues reads them; empty: not given.
struct SweepAxes {
  ShortForms forms = {};
  std::vector<std::string> paths = {};  // --sweep path=values
};

// Several changes that go together, and how the row is called for them.
struct AxisChoice {
  std::string label;
  std::vector<std::string> overrides;
};

struct Axis {
  std::string title;
  bool of_batcher = false;  // its values mean nothing to the baselines
  std::vector<AxisChoice> choices;
};

// The axes from the outermost to the innermost, those of the batcher last, of which there is at
// least one. Without any that is asked for it is the window, 1ms..500ms.
[[nodiscard]] batcher::Result<std::vector<Axis>> AxesOf(const SweepAxes& asked);

}  // namespace bench
