#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace scenarios {

// Numbers texts in the order in which they first occur, from 0.
class TextIds {
 public:
  [[nodiscard]] std::uint32_t IdOf(std::string_view text) {
    const auto known = ids_.find(text);
    if (known != ids_.end()) {
      return known->second;
    }
    const auto id = static_cast<std::uint32_t>(ids_.size());
    ids_.emplace(text, id);
    return id;
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(ids_.size()); }

  // By id. Forgets them.
  [[nodiscard]] std::vector<std::string> TakeTexts() {
    std::vector<std::string> texts(ids_.size());
    while (!ids_.empty()) {
      auto node = ids_.extract(ids_.begin());
      texts[node.mapped()] = std::move(node.key());
    }
    return texts;
  }

 private:
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): a name of the standard
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
};

}  // namespace scenarios
