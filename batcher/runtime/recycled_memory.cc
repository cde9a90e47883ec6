#include "batcher/runtime/recycled_memory.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>

// The address sanitizer is told of what nobody uses, so that it finds who does.
#if defined(__SANITIZE_ADDRESS__)
#define BATCHER_POISONS_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BATCHER_POISONS_MEMORY
#endif
#endif
#ifdef BATCHER_POISONS_MEMORY
#include <sanitizer/asan_interface.h>
#endif

namespace batcher {
namespace {

constexpr std::size_t kStepBytes = 64;
constexpr std::size_t kSizes = 16;
constexpr std::size_t kSlabBytes = 8192;

constexpr std::size_t IndexOf(std::size_t bytes) {
  return bytes == 0 ? 0 : (bytes - 1) / kStepBytes;
}
constexpr std::size_t BytesOf(std::size_t index) { return (index + 1) * kStepBytes; }

void Poison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef BATCHER_POISONS_MEMORY
  ASAN_POISON_MEMORY_REGION(memory, bytes);
#endif
}

void Unpoison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef BATCHER_POISONS_MEMORY
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

// The first bytes of a piece of memory that is handed out block by block, in the order of the
// addresses, and anew once all its blocks have come back. So what was made one after the other lies
// one behind the other, and the processor has fetched it when the next thread goes through it;
// lists of free blocks would mix them up for ever.
struct alignas(kStepBytes) Slab {
  std::atomic<std::size_t> out;  // blocks that have not come back, those not taken yet among them
  Slab* next = nullptr;          // in the depot

  // Aligned to its size, so that each block knows its slab.
  static Slab& Of(void* block) {
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(block) % kSlabBytes;
    return *reinterpret_cast<Slab*>(static_cast<char*>(block) - offset);
  }
};

constexpr std::size_t BlocksOf(std::size_t index) {
  return (kSlabBytes - sizeof(Slab)) / BytesOf(index);
}

// The slabs all of whose blocks have come back.
class Depot {
 public:
  // None of whose blocks is taken.
  Slab& Take(std::size_t index) {
    Slab* slab = Pop(index);
    if (slab == nullptr) {
      slab = new (::operator new (kSlabBytes, std::align_val_t{kSlabBytes})) Slab();
      Poison(slab + 1, kSlabBytes - sizeof(Slab));
    }
    slab->out.store(BlocksOf(index), std::memory_order_relaxed);
    return *slab;
  }

  // `blocks` of the slab have come back.
  void GiveBack(std::size_t index, Slab& slab, std::size_t blocks) {
    if (slab.out.fetch_sub(blocks, std::memory_order_acq_rel) == blocks) {
      const std::lock_guard lock(mutex_);
      slab.next = std::exchange(slabs_[index], &slab);
    }
  }

 private:
  Slab* Pop(std::size_t index) {
    const std::lock_guard lock(mutex_);
    Slab* slab = slabs_[index];
    if (slab != nullptr) {
      slabs_[index] = slab->next;
    }
    return slab;
  }

  std::mutex mutex_;
  std::array<Slab*, kSizes> slabs_ = {};  // Guarded by mutex_.
};

constinit Depot depot;

// What a thread keeps of one size.
struct Kept {
  // What it takes from.
  char* next = nullptr;
  std::size_t left = 0;  // blocks from there on
  // What it returned last, all of one slab, and has not told the depot: they come in runs.
  Slab* returned_to = nullptr;
  std::size_t returned = 0;

  void TellDepot(std::size_t index) {
    if (returned > 0) {
      depot.GiveBack(index, *returned_to, std::exchange(returned, 0));
    }
  }
};

// What a thread keeps. Without a destructor: others', which run later as the thread ends, may
// return memory.
struct Keeper {
  std::array<Kept, kSizes> kept = {};
  bool keeps = false;  // From its first block on, until the thread ends.
  bool ended = false;
};

thread_local constinit Keeper keeper;

// Hands over what a thread keeps, as it ends.
struct KeeperEnd {
  KeeperEnd() { keeper.keeps = true; }
  ~KeeperEnd() {
    keeper.keeps = false;
    keeper.ended = true;
    for (std::size_t index = 0; index < kSizes; ++index) {
      Kept kept = std::exchange(keeper.kept[index], Kept());
      kept.TellDepot(index);
      if (kept.left > 0) {
        depot.GiveBack(index, Slab::Of(kept.next), kept.left);
      }
    }
  }
  KeeperEnd(const KeeperEnd&) = delete;
  KeeperEnd& operator=(const KeeperEnd&) = delete;
};

// Whether this thread may keep memory: not after it handed over what it kept.
bool Keeps() {
  if (!keeper.keeps && !keeper.ended) {
    static thread_local const KeeperEnd end;
  }
  return keeper.keeps;
}

// The first block of a slab; the thread keeps the others, if it keeps any.
void* TakeOfNewSlab(std::size_t index) {
  keeper.kept[index].TellDepot(index);  // It may be what made a slab whole.
  Slab& slab = depot.Take(index);
  char* const first = reinterpret_cast<char*>(&slab) + sizeof(Slab);
  const std::size_t others = BlocksOf(index) - 1;
  if (Keeps()) {
    keeper.kept[index].next = first + BytesOf(index);
    keeper.kept[index].left = others;
  } else {
    depot.GiveBack(index, slab, others);
  }
  return first;
}

}  // namespace

void* TakeMemory(std::size_t bytes) {
  const std::size_t index = IndexOf(bytes);
  if (index >= kSizes) {
    return ::operator new(bytes);
  }
  Kept& kept = keeper.kept[index];
  void* memory = nullptr;
  if (kept.left > 0) {
    memory = kept.next;
    kept.next += BytesOf(index);
    --kept.left;
  } else {
    memory = TakeOfNewSlab(index);
  }
  Unpoison(memory, bytes);
  return memory;
}

void ReturnMemory(void* memory, std::size_t bytes) noexcept {
  const std::size_t index = IndexOf(bytes);
  if (index >= kSizes) {
    ::operator delete(memory);
    return;
  }
  Poison(memory, BytesOf(index));
  Slab& slab = Slab::Of(memory);
  if (!keeper.keeps && !Keeps()) {
    depot.GiveBack(index, slab, 1);
    return;
  }
  Kept& kept = keeper.kept[index];
  if (kept.returned_to != &slab) {
    kept.TellDepot(index);
    kept.returned_to = &slab;
  }
  if (++kept.returned == BlocksOf(index)) {
    kept.TellDepot(index);
  }
}

}  // namespace batcher
