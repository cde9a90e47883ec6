#pragma once

#include <cstddef>

namespace batcher {

// Memory for what one thread makes and another deletes, such as calls and the frames of coroutines:
// through the heap the two would wait for each other's lock. Each thread keeps up to 128 blocks of
// a size for itself, and hands over 64 at once. Sizes are rounded up to multiples of 64 bytes;
// blocks of up to 1 KiB are kept until the process ends: as many as were taken at one time, and
// what each thread that lives keeps. Larger ones come from the heap and go back there.
//
// Both functions may be called from any thread, also while it ends.

// Aligned as from operator new. Throws std::bad_alloc.
[[nodiscard]] void* TakeMemory(std::size_t bytes);

// REQUIRES: `memory` is of TakeMemory(bytes), and holds nothing any more.
void ReturnMemory(void* memory, std::size_t bytes) noexcept;

}  // namespace batcher
