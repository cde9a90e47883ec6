#include "batcher/runtime/recycled_memory.h"

#include <array>
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
constexpr std::size_t kStackBlocks = 64;

constexpr std::size_t IndexOf(std::size_t bytes) {
  return bytes == 0 ? 0 : (bytes - 1) / kStepBytes;
}
constexpr std::size_t BytesOf(std::size_t index) { return (index + 1) * kStepBytes; }

// A block that nobody uses, on a stack of such.
struct Block {
  Block* below = nullptr;
  // Of the topmost, in the depot:
  std::size_t blocks = 0;  // in the stack
  Block* next_stack = nullptr;
};

struct Stack {
  Block* top = nullptr;
  std::size_t blocks = 0;

  void Push(Block& block) {
    block.below = std::exchange(top, &block);
    ++blocks;
  }
  Block* Pop() {
    --blocks;
    return std::exchange(top, top->below);
  }
};

// The stacks that no thread keeps.
class Depot {
 public:
  // An empty one if there is none.
  Stack Take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    Block* top = stacks_[index];
    if (top == nullptr) {
      return {};
    }
    stacks_[index] = top->next_stack;
    return {.top = top, .blocks = top->blocks};
  }
  // REQUIRES: it is not empty.
  void Put(std::size_t index, const Stack& stack) {
    stack.top->blocks = stack.blocks;
    const std::lock_guard lock(mutex_);
    stack.top->next_stack = std::exchange(stacks_[index], stack.top);
  }

 private:
  std::mutex mutex_;
  std::array<Block*, kSizes> stacks_ = {};  // Guarded by mutex_.
};

constinit Depot depot;

// What a thread keeps of one size.
struct Kept {
  Stack current;
  Stack full;  // Or empty. So a thread at the boundary goes to the depot once in 64 times.
};

// What a thread keeps. Without a destructor: others', which run later as the thread ends, may
// return memory.
struct Keeper {
  std::array<Kept, kSizes> kept = {};
  bool keeps = false;  // From its first block on, until the thread ends.
  bool ended = false;
};

thread_local constinit Keeper keeper;

// Hands over what a thread kept, when it ends.
struct KeeperEnd {
  KeeperEnd() { keeper.keeps = true; }
  ~KeeperEnd() {
    keeper.keeps = false;
    keeper.ended = true;
    for (std::size_t index = 0; index < kSizes; ++index) {
      for (Stack* stack : {&keeper.kept[index].current, &keeper.kept[index].full}) {
        if (stack->top != nullptr) {
          depot.Put(index, std::exchange(*stack, Stack()));
        }
      }
    }
  }
  KeeperEnd(const KeeperEnd&) = delete;
  KeeperEnd& operator=(const KeeperEnd&) = delete;
};

// Whether this thread keeps blocks: not while it ends.
bool Keeps() {
  if (!keeper.keeps && !keeper.ended) {
    static thread_local const KeeperEnd end;
  }
  return keeper.keeps;
}

// Has blocks in the current stack, unless there are none anywhere.
void Refill(std::size_t index) {
  Kept& kept = keeper.kept[index];
  if (!Keeps()) {
    return;
  }
  kept.current = kept.full.top != nullptr ? std::exchange(kept.full, Stack()) : depot.Take(index);
}

// Makes room in the current stack.
void Clear(std::size_t index) {
  Kept& kept = keeper.kept[index];
  if (kept.full.top != nullptr) {
    depot.Put(index, kept.full);
  }
  kept.full = std::exchange(kept.current, Stack());
}

// Another processor wrote the next block last, and it may lie anywhere: it is fetched while the one
// before it is put to use.
void Prefetch(const Block* next) {
  constexpr std::size_t kFetchedBytes = 256;
  for (std::size_t at = 0; next != nullptr && at < kFetchedBytes; at += kStepBytes) {
    __builtin_prefetch(reinterpret_cast<const char*>(next) + at, 1);
  }
}

void Poison([[maybe_unused]] Block& block, [[maybe_unused]] std::size_t index) {
#ifdef BATCHER_POISONS_MEMORY
  ASAN_POISON_MEMORY_REGION(&block + 1, BytesOf(index) - sizeof(Block));
#endif
}

void Unpoison([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef BATCHER_POISONS_MEMORY
  ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

}  // namespace

void* TakeMemory(std::size_t bytes) {
  const std::size_t index = IndexOf(bytes);
  if (index >= kSizes) {
    return ::operator new(bytes);
  }
  Stack& stack = keeper.kept[index].current;
  if (stack.top == nullptr) {
    Refill(index);
  }
  if (stack.top == nullptr) {
    return ::operator new(BytesOf(index));
  }
  void* memory = stack.Pop();
  Prefetch(stack.top);
  Unpoison(memory, bytes);
  return memory;
}

void ReturnMemory(void* memory, std::size_t bytes) noexcept {
  const std::size_t index = IndexOf(bytes);
  if (index >= kSizes) {
    ::operator delete(memory);
    return;
  }
  Stack& stack = keeper.kept[index].current;
  auto* block = new (memory) Block();
  Poison(*block, index);
  if (!keeper.keeps && !Keeps()) {
    depot.Put(index, {.top = block, .blocks = 1});
    return;
  }
  if (stack.blocks >= kStackBlocks) {
    Clear(index);
  }
  stack.Push(*block);
}

}  // namespace batcher
