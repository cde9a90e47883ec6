#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "bench/policy_table.h"
#include "results/lib/table.h"

namespace bench {
namespace {

// Three digits that count.
std::string RatioText(double ratio) {
  return fmt::format("{:.{}f}", ratio, ratio < 10 ? 2 : ratio < 100 ? 1 : 0);
}

}  // namespace

std::string PolicyTableText(const std::vector<PolicyTableRow>& table) {
  std::vector<results::Column> columns = {{.header = "policy", .align = results::Align::kLeft}};
  for (const PolicyTraffic& traffic : PolicyTraffics()) {
    columns.push_back({.header = std::string(traffic.name)});
  }
  columns.push_back({.header = "worst"});
  columns.push_back({.header = "geomean"});
  results::Table text(std::move(columns));
  for (const PolicyTableRow& row : table) {
    std::vector<std::string> cells = {row.name};
    for (const auto& of_traffic : row.cells) {
      cells.push_back(RatioText(of_traffic.at(kShownPrice).Mean()));
    }
    cells.push_back(RatioText(row.Worst()));
    cells.push_back(RatioText(row.GeometricMean()));
    text.AddRow(std::move(cells));
  }
  return text.Render();
}

std::string PolicyTableJson(const std::vector<PolicyTableRow>& table, const PolicyTableSize& size) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const PolicyTableRow& row : table) {
    nlohmann::ordered_json cells = nlohmann::ordered_json::array();
    for (std::size_t traffic = 0; traffic < row.cells.size(); ++traffic) {
      for (std::size_t price = 0; price < kPolicyPrices.size(); ++price) {
        const PolicyCell& cell = row.cells[traffic].at(price);
        cells.push_back({{"traffic", PolicyTraffics()[traffic].name},
                         {"price", batcher::FormatDuration(kPolicyPrices.at(price))},
                         {"mean", cell.Mean()},
                         {"ratios", cell.ratios}});
      }
    }
    rows.push_back({{"policy", row.name},
                    {"worst", row.Worst()},
                    {"geomean", row.GeometricMean()},
                    {"cells", std::move(cells)}});
  }
  return nlohmann::ordered_json{
             {"calls", size.calls}, {"seeds", size.seeds}, {"rows", std::move(rows)}}
             .dump(2) +
         "\n";
}

}  // namespace bench
