#pragma once

#include <cstddef>

namespace batcher {

// Memory for what one thread makes and another deletes, such as calls and the frames of coroutines:
// through the heap the two would wait for each other's lock. Blocks of up to 1 KiB, rounded up to
// multiples of 64 bytes, lie in slabs of 8 KiB for one size, which are kept until the process ends.
// A slab is used again when all its blocks have come back, so a block that stays has its neighbours
// wait for it; each thread that lives keeps a slab or two of each size that it uses. Larger blocks
// come from the heap and go back there.
//
// Both functions may be called from any thread, also while it ends.

// Aligned as from operator new. Throws std::bad_alloc.
[[nodiscard]] void* TakeMemory(std::size_t bytes);

// REQUIRES: `memory` is of TakeMemory(bytes), and holds nothing any more.
void ReturnMemory(void* memory, std::size_t bytes) noexcept;

}  // namespace batcher
