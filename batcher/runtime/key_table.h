#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "batcher/base/check.h"

namespace batcher {

// Gives equal keys equal numbers while calls for them live. Not thread-safe.
template <class Key, class Hash>
class KeyTable {
 public:
  struct Interned {
    std::uint64_t id = 0;
    const Key* key = nullptr;  // valid until the last Release
  };

  // One more call lives for the key.
  Interned Add(Key&& key) {
    const auto [place, added] = entries_.try_emplace(std::move(key), Entry{.id = next_id_});
    next_id_ += added ? 1 : 0;
    ++place->second.calls;
    return {.id = place->second.id, .key = &place->first};
  }

  // One of them has ended.
  void Release(const Key& key) {
    const auto place = entries_.find(key);
    CHECK(place != entries_.end());
    if (--place->second.calls == 0) {
      entries_.erase(place);
    }
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t id = 0;
    std::size_t calls = 0;
  };
  std::unordered_map<Key, Entry, Hash> entries_;
  std::uint64_t next_id_ = 0;
};

}  // namespace batcher
