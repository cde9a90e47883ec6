#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batcher/base/kinds.h"

namespace scenarios {

// The kinds that one field of a scenario may be of, taken from the registry of whoever owns them.
struct KindSet {
  std::string_view title;  // "Policies"
  std::vector<const batcher::KindSpec*> kinds;

  // What is wrong with a choice whose fields are each in range, as a sentence's end; null: nothing.
  std::optional<std::string> (*problem)(const batcher::Choice& choice) = nullptr;

  // Fields that mean the same for every kind that has them, which the documents tell once.
  std::span<const std::string_view> shared = {};

  // The field of the first kind that a bare duration stands for; empty: an object is needed.
  std::string_view bare_duration = {};

  // Null if there is no such kind.
  [[nodiscard]] const batcher::KindSpec* Find(std::string_view kind) const;
};

const KindSet& ArrivalSet();
const KindSet& KeySet();
const KindSet& PolicySet();
const KindSet& PollSet();
const KindSet& LatencySet();
const KindSet& JitterSet();  // latencies as factors, scaled to mean 1
const KindSet& FaultSet();

// One set for each registry, in the order of the documents.
const std::vector<const KindSet*>& KindSets();

}  // namespace scenarios
