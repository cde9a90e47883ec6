#include "bench/address_file.h"

#include <set>
#include <string_view>

#include "scenarios/text_file.h"

namespace bench {
namespace {

std::string_view Unquoted(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  const auto first = line.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  line = line.substr(first, line.find_last_not_of(kSpace) - first + 1);
  const bool quoted = line.size() >= 2 && line.front() == '"' && line.back() == '"';
  return quoted ? line.substr(1, line.size() - 2) : line;
}

}  // namespace

batcher::Result<std::vector<std::string>> ReadAddresses(const std::string& path) {
  const batcher::Result<std::string> text =
      scenarios::ReadTextFile(path, scenarios::kLargestTextFile);
  if (!text) {
    return text.error();
  }
  std::vector<std::string> addresses;
  std::set<std::string_view> seen = {"", "address"};
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view address = Unquoted(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (seen.insert(address).second) {
      addresses.emplace_back(address);
    }
  }
  if (addresses.empty()) {
    return batcher::Error{path + ": found no address, wanted one a line"};
  }
  return addresses;
}

}  // namespace bench
