#include "mock_server/samples.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

namespace mock_server {
namespace {

constexpr double kLongestSample = 3600e9;

// The number at the start of a cell that ends at a comma, a carriage return or the end of the line.
std::optional<double> FirstCell(std::string_view line) {
  const std::string_view cell = line.substr(0, line.find_first_of(",\r"));
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

batcher::Result<std::vector<double>> ReadSamples(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return batcher::Error{path + ": cannot be read"};
  }
  std::vector<double> samples;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line == "\r") {
      continue;
    }
    const std::optional<double> sample = FirstCell(line);
    if (!sample && number == 1) {
      continue;
    }
    if (!sample || !(*sample >= 0 && *sample <= kLongestSample)) {
      return batcher::Error{path + ":" + std::to_string(number) + ": found \"" +
                            line.substr(0, 40) +
                            "\", wanted a number of nanoseconds from 0 to one hour"};
    }
    samples.push_back(*sample);
  }
  if (samples.empty()) {
    return batcher::Error{path + ": holds no number of nanoseconds"};
  }
  return samples;
}

}  // namespace mock_server
