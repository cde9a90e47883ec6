#include "bench/sweep_size.h"

#include "scenarios/arrivals.h"

namespace bench {

SweepSize UsualSize(const scenarios::Scenario& scenario, const std::string& engine) {
  if (engine == "http") {
    return {.replications = 3};
  }
  SweepSize size{.replications = 10};
  if (scenarios::TakesCount(scenario.arrivals)) {
    size.calls = 10'000;
  }
  return size;
}

}  // namespace bench
