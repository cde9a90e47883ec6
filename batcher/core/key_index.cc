#include "batcher/core/key_index.h"

#include <utility>

#include "batcher/base/random.h"

namespace batcher {

std::size_t KeyIndex::Locate(std::uint64_t key) const {
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = Mix(key) & mask;
  while (cells_[at].used && cells_[at].key != key) {
    at = (at + 1) & mask;
  }
  return at;
}

std::optional<std::uint64_t> KeyIndex::Find(std::uint64_t key) const {
  if (size_ == 0) {
    return std::nullopt;
  }
  const Cell& cell = cells_[Locate(key)];
  return cell.used ? std::optional(cell.number) : std::nullopt;
}

void KeyIndex::Set(std::uint64_t key, std::uint64_t number) {
  if (Add(key, number)) {
    cells_[Locate(key)].number = number;
  }
}

std::optional<std::uint64_t> KeyIndex::Add(std::uint64_t key, std::uint64_t number) {
  if (4 * (size_ + 1) > cells_.size()) {
    Grow();
  }
  Cell& cell = cells_[Locate(key)];
  if (cell.used) {
    return cell.number;
  }
  ++size_;
  cell = {.key = key, .number = number, .used = true};
  return std::nullopt;
}

void KeyIndex::Erase(std::uint64_t key) {
  if (size_ == 0) {
    return;
  }
  const std::size_t at = Locate(key);
  if (cells_[at].used) {
    Free(at);
  }
}

bool KeyIndex::Erase(std::uint64_t key, std::uint64_t number) {
  if (size_ == 0) {
    return false;
  }
  const std::size_t at = Locate(key);
  if (!cells_[at].used || cells_[at].number != number) {
    return false;
  }
  Free(at);
  return true;
}

void KeyIndex::Free(std::size_t hole) {
  const std::size_t mask = cells_.size() - 1;
  --size_;
  // Close the hole: each cell behind it that may stand there moves up.
  for (std::size_t at = (hole + 1) & mask; cells_[at].used; at = (at + 1) & mask) {
    const std::size_t home = Mix(cells_[at].key) & mask;
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      cells_[hole] = cells_[at];
      hole = at;
    }
  }
  cells_[hole].used = false;
}

void KeyIndex::Grow() {
  std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
  std::swap(old, cells_);
  for (const Cell& cell : old) {
    if (cell.used) {
      cells_[Locate(cell.key)] = cell;
    }
  }
}

}  // namespace batcher
