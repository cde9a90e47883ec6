#include "batcher/runtime/recycled_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/runtime/pooled_frame.h"

namespace batcher {
namespace {

// Of a size that nothing else in this program takes.
constexpr std::size_t kBytes = 700;

std::vector<void*> TakeMany(std::size_t blocks, std::size_t bytes = kBytes) {
  std::vector<void*> taken;
  for (std::size_t i = 0; i < blocks; ++i) {
    taken.push_back(TakeMemory(bytes));
    std::memset(taken.back(), static_cast<int>(i), bytes);
  }
  return taken;
}

void ReturnAll(const std::vector<void*>& taken, std::size_t bytes = kBytes) {
  for (void* memory : taken) {
    ReturnMemory(memory, bytes);
  }
}

TEST(RecycledMemoryTest, ABlockThatWasReturnedIsTakenNext) {
  void* first = TakeMemory(kBytes);
  ReturnMemory(first, kBytes);
  void* second = TakeMemory(kBytes - 10);  // of the same size when rounded
  EXPECT_EQ(second, first);
  ReturnMemory(second, kBytes - 10);
}

TEST(RecycledMemoryTest, AllThatIsTakenAtOneTimeDiffersAndIsAligned) {
  for (const std::size_t bytes : {0U, 1U, 64U, 65U, 1024U, 1025U, 5000U}) {
    const std::vector<void*> taken = TakeMany(300, bytes);
    EXPECT_EQ(std::set<void*>(taken.begin(), taken.end()).size(), taken.size());
    for (void* memory : taken) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % __STDCPP_DEFAULT_NEW_ALIGNMENT__, 0U);
    }
    ReturnAll(taken, bytes);
  }
}

TEST(RecycledMemoryTest, WhatOneThreadReturnsAnotherTakes) {
  constexpr std::size_t kBlocks = 1000;
  constexpr std::size_t kMostKept = 128;
  std::vector<void*> taken;
  std::thread([&] { taken = TakeMany(kBlocks); }).join();
  const std::set<void*> before(taken.begin(), taken.end());
  ReturnAll(taken);
  std::thread([&] {
    taken = TakeMany(kBlocks);
    ReturnAll(taken);
  }).join();
  const auto again = std::ranges::count_if(taken, [&](void* one) { return before.contains(one); });
  EXPECT_GE(static_cast<std::size_t>(again), kBlocks - kMostKept);
}

TEST(RecycledMemoryTest, WhatAThreadKeptIsThereForOthersWhenItEnds) {
  constexpr std::size_t kRareBytes = 950;
  std::set<void*> kept;
  std::thread([&] {
    const std::vector<void*> taken = TakeMany(10, kRareBytes);
    kept.insert(taken.begin(), taken.end());
    ReturnAll(taken, kRareBytes);
  }).join();
  const std::vector<void*> taken = TakeMany(10, kRareBytes);
  EXPECT_EQ(std::set<void*>(taken.begin(), taken.end()), kept);
  ReturnAll(taken, kRareBytes);
}

// Holds a block until its thread has ended all that began after it.
struct Late {
  void* memory = nullptr;
  Late() = default;
  ~Late() {
    ReturnMemory(std::exchange(memory, nullptr), kBytes);
    ReturnMemory(TakeMemory(kBytes), kBytes);
  }
  Late(const Late&) = delete;
  Late& operator=(const Late&) = delete;
};

TEST(RecycledMemoryTest, MemoryMayBeReturnedWhileAThreadEnds) {
  void* returned = nullptr;
  std::thread([&] {
    static thread_local Late late;  // Begins before this thread keeps anything, and so ends after.
    late.memory = returned = TakeMemory(kBytes);
  }).join();
  void* taken = TakeMemory(kBytes);
  EXPECT_NE(taken, nullptr);
  ReturnMemory(taken, kBytes);
}

TEST(RecycledMemoryTest, ManyThreadsShareIt) {
  constexpr int kThreads = 4;
  std::array<std::vector<void*>, kThreads> passed;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&passed, i] {
        ReturnAll(passed[i]);
        passed[i] = TakeMany(500);
        for (std::size_t block = 0; block < passed[i].size(); ++block) {
          const auto* bytes = static_cast<const unsigned char*>(passed[i][block]);
          EXPECT_TRUE(std::all_of(bytes, bytes + kBytes, [&](unsigned char byte) {
            return byte == static_cast<unsigned char>(block);
          }));
        }
      });
    }
    threads.clear();
    std::rotate(passed.begin(), passed.begin() + 1, passed.end());
  }
  for (const std::vector<void*>& taken : passed) {
    ReturnAll(taken);
  }
}

struct Frame : PooledFrame {
  std::array<char, 600> bytes{};
};

TEST(PooledFrameTest, WhatDerivesFromItIsRecycled) {
  auto* first = new Frame();
  const auto place = reinterpret_cast<std::uintptr_t>(first);
  delete first;
  const auto* second = new Frame();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second), place);
  delete second;
}

}  // namespace
}  // namespace batcher
