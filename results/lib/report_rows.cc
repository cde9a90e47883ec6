#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "results/lib/distributions.h"
#include "results/lib/report_parts.h"

namespace results {
namespace {

using Json = nlohmann::ordered_json;

// A CSV file of a ledger, row by row. Its fields are never quoted.
class Rows {
 public:
  explicit Rows(const std::filesystem::path& file) : stream_(file) {
    std::getline(stream_, line_);
    header_ = line_;
  }

  [[nodiscard]] bool Next() { return static_cast<bool>(std::getline(stream_, line_)); }

  // Which column has the name; past the end if none has.
  [[nodiscard]] std::size_t Find(std::string_view name) const {
    std::size_t column = 0;
    for (std::string_view rest = header_; !rest.empty(); ++column) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (rest.substr(0, end) == name) {
        break;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return column;
  }

  [[nodiscard]] std::string_view Field(std::size_t column) const {
    std::string_view rest = line_;
    for (; column > 0; --column) {
      const std::size_t comma = rest.find(',');
      if (comma == std::string_view::npos) {
        return {};
      }
      rest.remove_prefix(comma + 1);
    }
    return rest.substr(0, rest.find(','));
  }

  [[nodiscard]] std::int64_t Number(std::size_t column) const {
    const std::string_view text = Field(column);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }

 private:
  std::ifstream stream_;
  std::string header_;
  std::string line_;
};

// Calls by the time at which the schedule wanted them, in at most about 120 steps.
Json ArrivalsOf(const std::vector<std::int64_t>& intended) {
  if (intended.empty()) {
    return nullptr;
  }
  const auto [first, last] = std::ranges::minmax(intended);
  const double seconds = std::max(static_cast<double>(last - first) / 1e9, 1e-6);
  const double step = RoundStep(seconds / 120);
  std::vector<std::uint64_t> calls(static_cast<std::size_t>(seconds / step) + 1);
  for (const std::int64_t at : intended) {
    const double place = static_cast<double>(at - first) / 1e9 / step;
    ++calls[std::min(static_cast<std::size_t>(place), calls.size() - 1)];
  }
  return {{"step_s", step}, {"calls", calls}};
}

void AddCalls(const std::filesystem::path& file, double batches, Json& point) {
  Rows rows(file);
  const std::size_t outcome = rows.Find("outcome");
  const std::size_t intended = rows.Find("intended_ns");
  const std::size_t delivered = rows.Find("delivered_ns");
  Histogram latency;
  std::vector<std::int64_t> arrivals;
  while (rows.Next()) {
    arrivals.push_back(rows.Number(intended));
    const std::string_view how = rows.Field(outcome);
    const std::int64_t took = rows.Number(delivered) - arrivals.back();
    if ((how == "value" || how == "not_found") && took >= 0) {
      latency.Add(batcher::Duration(took));
    }
  }
  point["curve"] = CurveJson(LatencyCurve(latency, batches));
  point["arrivals"] = ArrivalsOf(arrivals);
}

void AddBatches(const std::filesystem::path& file, Json& point) {
  Rows rows(file);
  const std::size_t reason = rows.Find("reason");
  const std::size_t calls = rows.Find("calls");
  BatchSizes sizes;
  while (rows.Next()) {
    const auto* const found = std::ranges::find(batcher::kFlushReasonNames, rows.Field(reason));
    if (found != batcher::kFlushReasonNames.end()) {
      const auto place = static_cast<std::size_t>(found - batcher::kFlushReasonNames.begin());
      ++sizes[place][static_cast<std::uint64_t>(std::max<std::int64_t>(rows.Number(calls), 1))];
    }
  }
  if (Json json = SizesJson(sizes); !json.is_null()) {
    point["sizes"] = std::move(json);
  }
}

}  // namespace

void AddRows(const std::filesystem::path& folder, double batches, Json& point) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(folder / "calls.csv", ignored)) {
    AddCalls(folder / "calls.csv", batches, point);
  }
  if (std::filesystem::is_regular_file(folder / "batches.csv", ignored)) {
    AddBatches(folder / "batches.csv", point);
  }
}

}  // namespace results
