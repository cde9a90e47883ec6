#pragma once

#include <string>

namespace results {

// Something that a run shows and its reader should know, in plain words.
struct Finding {
  std::string name = {};      // "slot_bound"
  std::string sentence = {};  // with the numbers, and the knob that changes them
};

}  // namespace results
