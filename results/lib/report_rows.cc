#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "results/lib/histogram.h"
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

// The smallest of 1, 2 and 5 times powers of ten that is at least `least`.
double RoundStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least) {
      return factor * power;
    }
  }
  return 10 * power;
}

// [[share, ms], ...]: a tenth of a nine from one to the next, as far as there is evidence: the largest of n
// batches lies above the quantile with 99 %.
Json CurveOf(const Histogram& latency, double batches) {
  Json curve = Json::array();
  if (latency.count() == 0) {
    return curve;
  }
  const auto add = [&](double share) {
    curve.push_back({Rounded(share), Rounded(batcher::ToMilliseconds(latency.Quantile(share)))});
  };
  for (int tenth = 0; tenth <= 60; ++tenth) {
    const double beyond = std::pow(10, -tenth / 10.0);
    if (tenth > 0 && batches * std::log1p(-beyond) > std::log(0.01)) {
      break;
    }
    add(1 - beyond);
  }
  return curve;
}

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
  point["curve"] = CurveOf(latency, batches);
  point["arrivals"] = ArrivalsOf(arrivals);
}

void AddBatches(const std::filesystem::path& file, Json& point) {
  Rows rows(file);
  const std::size_t reason = rows.Find("reason");
  const std::size_t calls = rows.Find("calls");
  std::map<std::string, std::map<std::int64_t, std::uint64_t>> counts;
  std::int64_t largest = 0;
  while (rows.Next()) {
    const std::int64_t size = std::max<std::int64_t>(rows.Number(calls), 1);
    largest = std::max(largest, size);
    ++counts[std::string(rows.Field(reason))][size];
  }
  if (largest == 0) {
    return;
  }
  const auto width =
      static_cast<std::int64_t>(RoundStep(std::max(static_cast<double>(largest) / 40, 1.0)));
  Json reasons = Json::object();
  for (const auto& [name, sizes] : counts) {
    std::vector<std::uint64_t> bins(static_cast<std::size_t>((largest - 1) / width + 1));
    for (const auto& [size, count] : sizes) {
      bins[static_cast<std::size_t>((size - 1) / width)] += count;
    }
    reasons[name] = bins;
  }
  point["sizes"] = {{"width", width}, {"reasons", std::move(reasons)}};
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
