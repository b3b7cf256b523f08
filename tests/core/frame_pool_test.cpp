// The pool of coroutine frames: no overlap, warm without new slabs, and frames that change threads.
#include "sched/core/frame_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace loopsteal {
namespace {

using frame_pool::allocate;
using frame_pool::deallocate;
using frame_pool::kClassBytes;
using frame_pool::kClasses;
using frame_pool::kMagazineSize;
using frame_pool::slabs_allocated;

struct Frame {
  std::byte* memory;
  std::size_t size;
};

Frame take(std::size_t size) { return {static_cast<std::byte*>(allocate(size)), size}; }
void give_back(const Frame& frame) { deallocate(frame.memory, frame.size); }

TEST(FramePool, GivesAlignedMemoryOfAtLeastTheSize) {
  for (std::size_t size = 1; size <= kClassBytes * kClasses + 100; size += 7) {
    const Frame frame = take(size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(frame.memory) % alignof(std::max_align_t), 0u);
    std::memset(frame.memory, 0xab, size);
    give_back(frame);
  }
}

// Each frame keeps the pattern that was written into it while all the others are written.
TEST(FramePool, FramesDoNotOverlap) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < 5 * kMagazineSize; ++i)
    for (const std::size_t size : {1u, 64u, 65u, 300u, 1024u, 1025u}) {
      frames.push_back(take(size));
      std::memset(frames.back().memory, static_cast<int>(frames.size() % 251), size);
    }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto pattern = static_cast<std::byte>((i + 1) % 251);
    const Frame& frame = frames[i];
    ASSERT_TRUE(std::all_of(frame.memory, frame.memory + frame.size,
                            [&](std::byte b) { return b == pattern; }));
  }
  for (const Frame& frame : frames) give_back(frame);
}

#if LOOPSTEAL_FRAME_POOL

void take_and_give_back(std::size_t count, std::size_t size) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(take(size));
  for (const Frame& frame : frames) give_back(frame);
}

TEST(FramePool, AWarmPoolTakesNoNewSlab) {
  take_and_give_back(1'000, 200);
  const std::uint64_t warm = slabs_allocated();
  for (int i = 0; i < 200; ++i) take_and_give_back(1'000, 200);
  EXPECT_EQ(slabs_allocated(), warm);
}

TEST(FramePool, ASlabServesAMagazineOfFrames) {
  constexpr std::size_t kSize = kClassBytes * 13;
  take_and_give_back(2 * kMagazineSize, kSize);  // Whatever was there, now it is this many.
  const std::uint64_t before = slabs_allocated();
  take_and_give_back(5 * kMagazineSize, kSize);
  EXPECT_EQ(slabs_allocated(), before + 3);
  take_and_give_back(5 * kMagazineSize, kSize);
  EXPECT_EQ(slabs_allocated(), before + 3);
}

TEST(FramePool, GivesBackWhatWasFreedLast) {
  const Frame first = take(100);
  give_back(first);
  const Frame second = take(100);
  EXPECT_EQ(first.memory, second.memory);  // It is the warmest.
  give_back(second);
}

// A producer allocates what a consumer frees: the frames find their way back through the depot.
TEST(FramePool, FramesFreedOnAnotherThreadComeBack) {
  constexpr std::size_t kFrames = 8 * kMagazineSize;
  constexpr std::size_t kSize = kClassBytes * 11;
  std::uint64_t warm = 0;
  for (int round = 0; round < 50; ++round) {
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < kFrames; ++i) frames.push_back(take(kSize));
    std::thread([&frames] {
      for (const Frame& frame : frames) give_back(frame);
    }).join();
    if (round == 2) warm = slabs_allocated();
  }
  EXPECT_EQ(slabs_allocated(), warm);
}

// Also a few frames that do not fill a magazine.
TEST(FramePool, AThreadThatEndsHandsItsFramesBack) {
  constexpr std::size_t kSize = kClassBytes * 9;
  std::set<std::byte*> first;
  std::thread([&first] {
    for (int i = 0; i < 5; ++i) first.insert(take(kSize).memory);
    for (std::byte* const memory : first) deallocate(memory, kSize);
  }).join();
  const std::uint64_t before = slabs_allocated();
  std::set<std::byte*> second;
  std::thread([&second] {
    for (std::size_t i = 0; i < kMagazineSize; ++i) second.insert(take(kSize).memory);
    for (std::byte* const memory : second) deallocate(memory, kSize);
  }).join();
  EXPECT_EQ(slabs_allocated(), before);
  EXPECT_TRUE(std::includes(second.begin(), second.end(), first.begin(), first.end()));
}

#endif  // LOOPSTEAL_FRAME_POOL

TEST(FramePool, ThreadsThatTakeAndGiveAtOnceNeverShareAFrame) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      std::vector<Frame> held;
      for (int i = 0; i < 20'000; ++i) {
        const std::size_t size = 50 + static_cast<std::size_t>(i * 37 % 700);
        held.push_back(take(size));
        std::memset(held.back().memory, t, size);
        if (held.size() < 100) continue;
        for (const Frame& frame : held) {
          for (std::size_t b = 0; b < frame.size; b += 31)
            ASSERT_EQ(frame.memory[b], static_cast<std::byte>(t));
          give_back(frame);
        }
        held.clear();
      }
      for (const Frame& frame : held) give_back(frame);
    });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace loopsteal
