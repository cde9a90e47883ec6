#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

// One way of looking up many addresses, as changes to a scenario.
struct Way {
  std::string label;
  std::vector<std::string> overrides;
  bool warms_up = false;  // learns from one unrecorded batch when to poll
};

// The article's baselines as changes to a scenario: single calls at once, and its loop of a sleep
// of 100 ms and a batch that is awaited with polls each 100 ms.
[[nodiscard]] std::vector<std::string> AllAtOnce();
[[nodiscard]] std::vector<std::string> ArticlesLoop();

// One by one; all at once; the article's loop; batchlab.
[[nodiscard]] std::vector<Way> FourWays();

// What is looked up.
struct Job {
  std::string title;
  std::string file;  // of the shipped scenario
  std::vector<std::string> overrides;
  std::size_t warm_up_items = 0;
  // The first way takes longer than anybody would watch: it is simulated.
  bool simulate_one_by_one = false;
};

[[nodiscard]] Job TenAddresses();
[[nodiscard]] Job Sheet();

}  // namespace bench
