#include "batcher/runtime/recycled_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <set>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "batcher/runtime/pooled_frame.h"

namespace batcher {
namespace {

using ::testing::AnyOfArray;
using ::testing::Contains;
using ::testing::Not;

// Of a size that nothing else in this program takes: rounded, 704 bytes.
constexpr std::size_t kBytes = 700;
constexpr std::size_t kRoundedBytes = 704;
constexpr std::size_t kBlocksOfSlab = 11;

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

// So that whoever goes through what was made in this order goes through memory in order.
TEST(RecycledMemoryTest, BlocksOfASlabAreTakenInTheOrderOfTheirAddresses) {
  std::thread([] {
    for (int round = 0; round < 3; ++round) {  // Also when they were used before.
      const std::vector<void*> taken = TakeMany(kBlocksOfSlab);
      for (std::size_t i = 0; i < taken.size(); ++i) {
        EXPECT_EQ(static_cast<char*>(taken[i]), static_cast<char*>(taken[0]) + i * kRoundedBytes);
      }
      ReturnAll({taken.rbegin(), taken.rend()});
    }
  }).join();
}

TEST(RecycledMemoryTest, BlocksThatComeBackOneByOneNeedNoMoreThanTwoSlabs) {
  std::set<void*> places;
  for (int i = 0; i < 1000; ++i) {
    void* memory = TakeMemory(kBytes - static_cast<std::size_t>(i % 50));
    places.insert(memory);
    ReturnMemory(memory, kBytes - static_cast<std::size_t>(i % 50));
  }
  EXPECT_LE(places.size(), 2 * kBlocksOfSlab);
}

TEST(RecycledMemoryTest, ABlockThatStaysHasItsNeighboursWaitAndNobodyElse) {
  constexpr std::size_t kRareBytes = 830;  // 9 blocks in a slab
  std::thread([] {
    std::vector<void*> first = TakeMany(9, kRareBytes);
    std::vector<void*> second = TakeMany(9, kRareBytes);
    void* const stays = first.back();
    first.pop_back();
    ReturnAll(first, kRareBytes);
    ReturnAll(second, kRareBytes);
    const std::vector<void*> taken = TakeMany(18, kRareBytes);
    EXPECT_TRUE(std::ranges::equal(std::span(taken).first(9), second));
    EXPECT_THAT(taken, Not(Contains(AnyOfArray(first))));
    ReturnAll(taken, kRareBytes);
    ReturnMemory(stays, kRareBytes);
    first.push_back(stays);
    EXPECT_EQ(TakeMany(9, kRareBytes), first);  // Whole again, and the last that came back.
    ReturnAll(first, kRareBytes);
  }).join();
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
  constexpr std::size_t kMostKept = 2 * kBlocksOfSlab;
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
  constexpr std::size_t kRareBytes = 950;  // 8 blocks in a slab
  std::vector<void*> kept;
  std::thread([&] {
    kept = TakeMany(3, kRareBytes);  // The other five are not even taken.
    ReturnAll(kept, kRareBytes);
  }).join();
  std::thread([&] {
    const std::vector<void*> taken = TakeMany(3, kRareBytes);
    EXPECT_EQ(taken, kept);
    ReturnAll(taken, kRareBytes);
  }).join();
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
  constexpr std::size_t kRounds = 100;
  std::set<void*> places;
  for (std::size_t i = 0; i < kRounds; ++i) {
    std::thread([&] {
      static thread_local Late late;  // Begins before this thread keeps anything, so ends after it.
      late.memory = TakeMemory(kBytes);
      places.insert(late.memory);
    }).join();
  }
  EXPECT_LE(places.size(), 4U) << "slabs did not come back";
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
  std::set<std::uintptr_t> places;
  for (int i = 0; i < 1000; ++i) {
    const auto* frame = new Frame();
    places.insert(reinterpret_cast<std::uintptr_t>(frame));
    delete frame;
  }
  EXPECT_LE(places.size(), 2 * kBlocksOfSlab);
}

}  // namespace
}  // namespace batcher
