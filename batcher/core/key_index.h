#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace batcher {

// From key ids to numbers: an open-addressed hash table with linear probing and no tombstones, as
// nothing of the standard library does this without an allocation for each key. A value.
class KeyIndex {
 public:
  [[nodiscard]] std::optional<std::uint64_t> Find(std::uint64_t key) const;
  // Adds the key, or changes its number.
  void Set(std::uint64_t key, std::uint64_t number);
  // The number that the key has already; none: it had none and now has `number`.
  std::optional<std::uint64_t> Add(std::uint64_t key, std::uint64_t number);
  void Erase(std::uint64_t key);
  // Erases the key if that is its number. Whether it was.
  bool Erase(std::uint64_t key, std::uint64_t number);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Cell {
    std::uint64_t key = 0;
    std::uint64_t number = 0;
    bool used = false;
  };
  // The cell of the key, or the free one where it belongs. REQUIRES: a free cell exists.
  [[nodiscard]] std::size_t Locate(std::uint64_t key) const;
  void Free(std::size_t hole);  // REQUIRES: the cell is used.
  void Grow();

  std::vector<Cell> cells_;  // Its size is 0 or a power of 2, at most a quarter of it used.
  std::size_t size_ = 0;
};

}  // namespace batcher
