#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "batcher/base/batcher_check.h"
#include "batcher/base/random.h"

namespace batcher {

// A well mixed hash from one that may be no better than the key itself, as those of numbers are.
constexpr std::uint32_t ShortHash(std::size_t hash) {
  return static_cast<std::uint32_t>(Mix(hash) >> 32U);
}

// The calls that live, by their keys: tells for each that comes which one with an equal key came
// last. It owns no call and allocates nothing for one: an open-addressed hash table with linear
// probing and no tombstones, whose cells hold the hash, so that hardly any but equal keys are
// compared. `Call` has `key_hash` (a ShortHash, equal for equal keys), and for the table's use
// `key`, `older` and `newer`, which link the calls with equal keys. Not thread-safe.
template <class Call>
class KeyTable {
 public:
  // Adds the call, which stays where it is; its key may move if call.key is set anew. Answers the
  // newest call with an equal key before it, if there is one. REQUIRES: call.key is set; the call
  // is in no table.
  Call* Add(Call& call) {
    call.older = nullptr;
    call.newer = nullptr;
    if (2 * (used_ + 1) > cells_.size()) {
      Grow();
    }
    std::size_t at = Home(call.key_hash);
    for (; cells_[at].newest != nullptr; at = Next(at)) {
      Cell& cell = cells_[at];
      if (cell.key_hash == call.key_hash && *cell.newest->key == *call.key) {
        Call* twin = std::exchange(cell.newest, &call);
        call.older = twin;
        twin->newer = &call;
        return twin;
      }
    }
    cells_[at] = {.key_hash = call.key_hash, .newest = &call};
    ++used_;
    return nullptr;
  }

  // Unsets call.key. REQUIRES: the call is in the table.
  void Remove(Call& call) {
    if (call.older != nullptr) {
      call.older->newer = call.newer;
    }
    if (call.newer != nullptr) {
      call.newer->older = call.older;
    } else {
      ReplaceNewest(call);
    }
    call.key = nullptr;
  }

  // Different keys.
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  struct Cell {
    std::uint32_t key_hash = 0;
    Call* newest = nullptr;  // null: the cell is free
  };

  [[nodiscard]] std::size_t Home(std::uint32_t hash) const { return hash & (cells_.size() - 1); }
  [[nodiscard]] std::size_t Next(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }

  void ReplaceNewest(Call& call) {
    std::size_t at = Home(call.key_hash);
    while (cells_[at].newest != &call) {
      BATCHER_CHECK(cells_[at].newest != nullptr);
      at = Next(at);
    }
    cells_[at].newest = call.older;
    if (call.older == nullptr) {
      --used_;
      CloseHole(at);
    }
  }

  // Each cell behind the hole that may stand there moves up.
  void CloseHole(std::size_t hole) {
    const std::size_t mask = cells_.size() - 1;
    for (std::size_t at = Next(hole); cells_[at].newest != nullptr; at = Next(at)) {
      const std::size_t home = Home(cells_[at].key_hash);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        cells_[hole] = std::exchange(cells_[at], Cell{});
        hole = at;
      }
    }
  }

  void Grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
    std::swap(old, cells_);
    for (const Cell& cell : old) {
      if (cell.newest != nullptr) {
        std::size_t at = Home(cell.key_hash);
        while (cells_[at].newest != nullptr) {
          at = Next(at);
        }
        cells_[at] = cell;
      }
    }
  }

  std::vector<Cell> cells_;  // Its size is 0 or a power of 2, at most half of it used.
  std::size_t used_ = 0;
};

}  // namespace batcher
