#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// The axes of the points, as options of the command.
std::string AxesOf(const Json& points) {
  std::vector<std::pair<std::string, std::vector<std::string>>> axes;
  for (const Json& point : points) {
    for (const Json& one : point.at("overrides")) {
      const auto text = one.get<std::string>();
      const std::size_t equals = text.find('=');
      if (equals == std::string::npos || point.at("baseline") == true) {
        continue;
      }
      const std::string path = text.substr(0, equals);
      const std::string value = text.substr(equals + 1);
      auto axis = std::ranges::find(axes, path, [](const auto& known) { return known.first; });
      if (axis == axes.end()) {
        axis = axes.insert(axis, {path, {}});
      }
      if (std::ranges::find(axis->second, value) == axis->second.end()) {
        axis->second.push_back(value);
      }
    }
  }
  std::string options;
  for (const auto& [path, values] : axes) {
    std::string joined;
    for (const std::string& value : values) {
      joined += (joined.empty() ? "" : ",") + value;
    }
    if (path == "batcher.policy.window") {
      options += " --window " + ShellWord(joined);
    } else if (path == "batcher.policy.kind") {
      options += " --policy " + ShellWord(joined);
    } else {
      options += " --sweep " + ShellWord(fmt::format("{}={}", path, joined));
    }
  }
  return options;
}

}  // namespace

std::string SweepCommand(const Json& sweep) {
  const bool policies = sweep.contains("policies");
  std::string command =
      "batchlab sweep scenario.json" + (policies ? " --policy all" : AxesOf(sweep.at("points"))) +
      (sweep.contains("price_ms") ? fmt::format(" --price {}ms", sweep["price_ms"].get<double>())
                                  : "") +
      fmt::format(" --replications {} --seed {}", sweep.at("replications").get<std::uint64_t>(),
                  sweep.at("first_seed").get<std::uint64_t>());
  const Json& arrivals = sweep.at("scenario").at("arrivals");
  if (arrivals.contains("count") && arrivals["count"].is_number_unsigned()) {
    command += fmt::format(" --calls {}", arrivals["count"].get<std::uint64_t>());
  }
  const auto engine = sweep.at("engine").get<std::string>();
  return engine == "sim" ? command : command + " --engine " + ShellWord(engine);
}

}  // namespace results
