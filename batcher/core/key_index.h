#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace batcher {

// From key ids to numbers: an open-addressed hash table with linear probing and no tombstones, as
// nothing of the standard library does this without an allocation for each key. Key ids are handed
// out by a front end that counts, so a multiplication spreads them well enough. A value.
class KeyIndex {
 public:
  // No key can have this number.
  static constexpr std::uint64_t kNoNumber = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] std::optional<std::uint64_t> Find(std::uint64_t key) const {
    const Cell& cell = cells_[Locate(key)];
    return cell.number == kNoNumber ? std::nullopt : std::optional(cell.number);
  }

  // Adds the key, or changes its number.
  void Set(std::uint64_t key, std::uint64_t number);

  // The number that the key has already; none: it had none and now has `number`.
  std::optional<std::uint64_t> Add(std::uint64_t key, std::uint64_t number) {
    Cell& cell = cells_[Locate(key)];
    if (cell.number != kNoNumber) {
      return cell.number;
    }
    cell = {.key = key, .number = number};
    if (++size_ >= most_) {
      Grow();
    }
    return std::nullopt;
  }

  void Erase(std::uint64_t key);

  // Erases the key if that is its number. Whether it was.
  bool Erase(std::uint64_t key, std::uint64_t number) {
    const std::size_t at = Locate(key);
    if (cells_[at].number != number) {
      return false;
    }
    Free(at);
    return true;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Cell {
    std::uint64_t key = 0;
    std::uint64_t number = kNoNumber;  // kNoNumber: the cell is free
  };

  // Where the key belongs: the top bits of its product with 2^64 / the golden ratio.
  // Source: Knuth, The Art of Computer Programming vol. 3, 6.4 (Fibonacci hashing).
  [[nodiscard]] std::size_t HomeOf(std::uint64_t key) const {
    return (key * 0x9e3779b97f4a7c15U) >> shift_;
  }

  // The cell of the key, or the free one where it goes: there is always one.
  [[nodiscard]] std::size_t Locate(std::uint64_t key) const {
    const std::size_t mask = cells_.size() - 1;
    std::size_t at = HomeOf(key);
    while (cells_[at].key != key && cells_[at].number != kNoNumber) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void Free(std::size_t hole);  // REQUIRES: the cell is used.
  void Grow();

  std::vector<Cell> cells_ = std::vector<Cell>(16);  // Its size is 2^(64 - shift_).
  unsigned shift_ = 60;
  std::size_t size_ = 0;  // Cells in use. Invariant: below most_, a quarter of all.
  std::size_t most_ = 4;
};

}  // namespace batcher
