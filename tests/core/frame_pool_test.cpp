// The pool of coroutine frames: no overlap, warm without new slabs, and frames that change threads.
#include "sched/core/coro/frame_pool.hpp"

#include <algorithm>
#include <cstring>
#include <latch>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace loopsteal {
namespace {

using frame_pool::allocate;
using frame_pool::deallocate;
using frame_pool::forget;
using frame_pool::frames_in_use;
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

// As a worker does that ends tasks which others have spawned.
TEST(FramePool, AThreadThatOnlyReleasesHandsItsFramesBack) {
  constexpr std::size_t kSize = kClassBytes * 7;
  take_and_give_back(kMagazineSize, kSize);
  const std::uint64_t slabs = slabs_allocated();
  const std::uint64_t in_use = frames_in_use();
  for (int round = 0; round < 200; ++round) {
    std::vector<Frame> frames;
    for (int i = 0; i < 5; ++i) frames.push_back(take(kSize));
    EXPECT_EQ(frames_in_use(), in_use + 5);
    std::thread([&frames] {
      for (const Frame& frame : frames) give_back(frame);
    }).join();
    ASSERT_EQ(frames_in_use(), in_use);
  }
  EXPECT_EQ(slabs_allocated(), slabs);
}

struct ReleasesAtItsEnd {
  ~ReleasesAtItsEnd() {
    const Frame other = take(frame.size);
    give_back(frame);
    give_back(other);
  }
  Frame frame{};
};

// A thread's own objects may be destroyed after the pool has taken its magazines back.
TEST(FramePool, WhatAThreadReleasesAtItsVeryEndIsNotLost) {
  const std::uint64_t in_use = frames_in_use();
  std::thread([] {
    thread_local ReleasesAtItsEnd last;  // Made before the pool knows the thread.
    last.frame.size = kClassBytes * 6;
    last.frame = take(last.frame.size);
  }).join();
  EXPECT_EQ(frames_in_use(), in_use);
}

std::vector<Frame> take_many(std::size_t count, std::size_t size) {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(take(size));
  return frames;
}

std::vector<std::byte*> addresses(const std::vector<Frame>& frames) {
  std::vector<std::byte*> result;
  for (const Frame& frame : frames) result.push_back(frame.memory);
  return result;
}

/// Gives back on two threads that live until `end`, in an order that has nothing to do with that of
/// the addresses.
void scatter(const std::vector<Frame>& frames, std::latch& end, std::vector<std::thread>& threads) {
  std::latch given(2);
  for (std::size_t t = 0; t < 2; ++t)
    threads.emplace_back([&frames, &end, &given, t] {
      for (std::size_t i = t; i < frames.size(); i += 2)
        give_back(frames[i * 7919 % frames.size()]);
      given.count_down();
      end.wait();
    });
  given.wait();
}

TEST(FramePool, AForgetfulPoolGivesTheFramesOfTheFirstRunInTheirOrder) {
  constexpr std::size_t kFrames = 40 * kMagazineSize;
  constexpr std::size_t kSize = kClassBytes * 15;
  static_assert(kFrames % 2 == 0 && kFrames % 7919 != 0);
  forget();
  std::vector<Frame> frames = take_many(kFrames, kSize);
  const std::vector<std::byte*> first = addresses(frames);
  std::latch end(1);
  std::vector<std::thread> threads;
  scatter(frames, end, threads);
  frames = take_many(kFrames, kSize);
  EXPECT_NE(addresses(frames), first) << "so there is something to forget";
  scatter(frames, end, threads);
  const std::uint64_t slabs = slabs_allocated();
  forget();
  frames = take_many(kFrames, kSize);
  EXPECT_EQ(addresses(frames), first);
  EXPECT_EQ(slabs_allocated(), slabs);
  for (const Frame& frame : frames) give_back(frame);
  end.count_down();
  for (std::thread& thread : threads) thread.join();
}

TEST(FramePool, AClassWithAFrameInUseForgetsNothing) {
  constexpr std::size_t kSize = kClassBytes * 14;
  forget();
  std::vector<Frame> frames = take_many(5 * kMagazineSize, kSize);
  std::memset(frames[3].memory, 0x5a, kSize);
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (i != 3) give_back(frames[i]);
  const std::uint64_t in_use = frames_in_use();
  forget();
  EXPECT_EQ(frames_in_use(), in_use);
  const std::vector<Frame> others = take_many(5 * kMagazineSize, kSize);
  for (const Frame& other : others) {
    ASSERT_NE(other.memory, frames[3].memory);
    std::memset(other.memory, 0, kSize);
  }
  EXPECT_EQ(frames[3].memory[kSize - 1], std::byte{0x5a});
  for (const Frame& other : others) give_back(other);
  give_back(frames[3]);
}

// The other threads' stacks, and with them their magazines, are memory like any other in there.
TEST(FramePool, AForkedProcessForgetsAndAllocates) {
  constexpr std::size_t kSize = kClassBytes * 12;
  std::latch taken(1), end(1);
  std::thread other([&] {
    take_and_give_back(10, kSize);
    taken.count_down();
    end.wait();
  });
  taken.wait();
  const pid_t child = fork();
  if (child == 0) {
    for (int round = 0; round < 3; ++round) {
#ifdef __SANITIZE_THREAD__  // TSan has no threads in a forked process.
      for (int t = 0; t < 4; ++t) take_and_give_back(300, kSize);
#else
      for (int t = 0; t < 4; ++t) std::thread([] { take_and_give_back(300, kSize); }).join();
#endif
      forget();
      take_and_give_back(300, kSize);
    }
    _exit(0);
  }
  end.count_down();
  other.join();
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
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
