#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "batcher/geoapify/codec.h"
#include "batcher/geoapify/place.h"
#include "batcher/runtime/endpoint.h"

namespace batcher::geoapify {

// What each key gets from an answer.
struct Matched {
  std::vector<ItemResult<Place>> results = {};  // one for each key, in the order of the keys
  std::size_t mismatches = 0;                   // items that belong to no key; they are ignored
};

// Hands the items of an answer to the keys, so that nobody gets a neighbour's answer. An item goes
// to the key at its index if it names that key, else to the first key with its text that none has
// reached (equal keys get one item each). An item that doesn't name its key is trusted by its index
// only if there are as many items as keys and none of them names another key than the one at its
// index. A key that no item reaches gets kMissingResult. Linear time.
[[nodiscard]] Matched MatchItems(std::span<const std::string> keys, std::vector<Item> items);

}  // namespace batcher::geoapify
