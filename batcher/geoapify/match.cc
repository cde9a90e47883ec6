#include "batcher/geoapify/match.h"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "batcher/base/defect.h"

namespace batcher::geoapify {
namespace {

// The keys that no item has reached, by their text; of equal ones the first is at the back.
using Unreached = std::unordered_map<std::string_view, std::vector<std::size_t>>;

Unreached IndexUnreached(std::span<const std::string> keys, const std::vector<bool>& reached) {
  Unreached unreached;
  for (std::size_t i = keys.size(); i-- > 0;) {
    if (!reached[i]) {
      unreached[keys[i]].push_back(i);
    }
  }
  return unreached;
}

}  // namespace

Matched MatchItems(std::span<const std::string> keys, std::vector<Item> items) {
  Matched matched;
  matched.results.resize(keys.size());
  std::vector<bool> reached(keys.size(), false);
  std::vector<std::size_t> nameless;  // items without a text
  std::vector<std::size_t> astray;    // items that name another key than the one at their index
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].text) {
      nameless.push_back(i);
    } else if (i < keys.size() && (*items[i].text == keys[i] || Planted(Defect::kUncheckedEcho))) {
      matched.results[i] = std::move(items[i].result);
      reached[i] = true;
    } else {
      astray.push_back(i);
    }
  }
  if (!astray.empty()) {
    Unreached unreached = IndexUnreached(keys, reached);
    for (const std::size_t i : astray) {
      const auto found = unreached.find(*items[i].text);
      if (found == unreached.end() || found->second.empty()) {
        ++matched.mismatches;
        continue;
      }
      matched.results[found->second.back()] = std::move(items[i].result);
      found->second.pop_back();
    }
  }
  const bool in_order = astray.empty() && items.size() == keys.size();
  for (const std::size_t i : nameless) {
    if (in_order) {
      matched.results[i] = std::move(items[i].result);
    } else {
      ++matched.mismatches;
    }
  }
  return matched;
}

}  // namespace batcher::geoapify
