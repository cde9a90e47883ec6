#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/tune_candidate.h"

namespace bench {

// The choice in the knobs of another system.
struct Emitter {
  std::string_view name;     // "kafka"
  std::string_view meaning;  // one sentence for --help
  std::string (*emit)(
      const Candidate& best);  // lines, the last of which tells the difference of meaning
};

[[nodiscard]] const std::vector<Emitter>& Emitters();
// Null if there is no such system.
[[nodiscard]] const Emitter* FindEmitter(std::string_view name);

// The choice as the fields of a scenario's batcher and client: what to paste. One line of JSON.
[[nodiscard]] std::string ScenarioFields(const Candidate& best, const TuneKnobs& knobs,
                                         const mock_server::ServiceOptions& server);

}  // namespace bench
