#include "batcher/core/key_index.h"

#include <utility>

namespace batcher {

void KeyIndex::Set(std::uint64_t key, std::uint64_t number) {
  if (Add(key, number)) {
    cells_[Locate(key)].number = number;
  }
}

void KeyIndex::Erase(std::uint64_t key) {
  const std::size_t at = Locate(key);
  if (cells_[at].number != kNoNumber) {
    Free(at);
  }
}

void KeyIndex::Free(std::size_t hole) {
  const std::size_t mask = cells_.size() - 1;
  --size_;
  // Close the hole: each cell behind it that may stand there moves up.
  for (std::size_t at = (hole + 1) & mask; cells_[at].number != kNoNumber; at = (at + 1) & mask) {
    const std::size_t home = HomeOf(cells_[at].key);
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      cells_[hole] = cells_[at];
      hole = at;
    }
  }
  cells_[hole].number = kNoNumber;
}

void KeyIndex::Grow() {
  std::vector<Cell> old(cells_.size() * 2);
  std::swap(old, cells_);
  --shift_;
  most_ *= 2;
  for (const Cell& cell : old) {
    if (cell.number != kNoNumber) {
      cells_[Locate(cell.key)] = cell;
    }
  }
}

}  // namespace batcher
