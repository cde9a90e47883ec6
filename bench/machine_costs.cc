#include "bench/machine_costs.h"

#include <fmt/core.h>

#include <array>

namespace bench {
namespace {

using batcher::Duration;

struct Field {
  std::optional<Duration> MachineCosts::*cost;
  Duration& (*place)(scenarios::Scenario& scenario);
  std::string_view words;
};

constexpr std::array<Field, 4> kFields = {{
    {.cost = &MachineCosts::per_request,
     .place = [](scenarios::Scenario& s) -> Duration& { return s.client.cost.per_request; },
     .words = "{} us a request"},
    {.cost = &MachineCosts::per_item,
     .place = [](scenarios::Scenario& s) -> Duration& { return s.client.cost.per_item; },
     .words = "{} us an item"},
    {.cost = &MachineCosts::rtt,
     .place = [](scenarios::Scenario& s) -> Duration& { return s.rtt; },
     .words = "{} us there and back"},
    {.cost = &MachineCosts::timer_lag,
     .place = [](scenarios::Scenario& s) -> Duration& { return s.timer_lag; },
     .words = "timers {} us late"},
}};

// Microseconds with the digits that count.
std::string Microseconds(Duration time) {
  const double us = std::chrono::duration<double, std::micro>(time).count();
  return fmt::format("{:.{}f}", us, us < 10 ? 1 : 0);
}

}  // namespace

MachineCosts OpenCosts(const MachineCosts& costs, const scenarios::Scenario& scenario) {
  scenarios::Scenario visited = scenario;
  MachineCosts open;
  for (const Field& field : kFields) {
    if (field.place(visited) == Duration(0)) {
      open.*field.cost = costs.*field.cost;
    }
  }
  return open;
}

bool LeavesCostsOpen(const scenarios::Scenario& scenario) {
  const MachineCosts any = {.per_request = Duration(0),
                            .per_item = Duration(0),
                            .rtt = Duration(0),
                            .timer_lag = Duration(0)};
  return OpenCosts(any, scenario) != MachineCosts{};
}

void Charge(const MachineCosts& costs, scenarios::Scenario& scenario) {
  for (const Field& field : kFields) {
    if (const auto& cost = costs.*field.cost) {
      field.place(scenario) = *cost;
    }
  }
}

std::string InWords(const MachineCosts& costs) {
  std::string words;
  for (const Field& field : kFields) {
    if (const auto& cost = costs.*field.cost) {
      words += words.empty() ? "" : ", ";
      words += fmt::format(fmt::runtime(field.words), Microseconds(*cost));
    }
  }
  return words;
}

}  // namespace bench
