// Memory for coroutine frames, recycled by size class.
//
// Each thread keeps two magazines a class (Bonwick & Adams, "Magazines and Vmem", 2001). It
// allocates from and frees into the active one and swaps with the spare, so a frame costs a few
// instructions and no lock. Full magazines go to a depot and come back from it, under a lock taken
// once in kMagazineSize frames; so a frame freed on another worker finds its way back. The pool
// takes memory from malloc in slabs while it grows, and keeps it for the life of the process,
// across runs.
//
// A run leaves the free frames of a class in the order of their release, which is any order of
// addresses. forget() restores the initial order between two runs: it cuts every slab again in its
// turn, so the next run gets the same frames in the same order as the first run did.
#pragma once
#include <cstddef>
#include <cstdint>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define LOOPSTEAL_FRAME_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOOPSTEAL_FRAME_POOL 0
#endif
#endif
#ifndef LOOPSTEAL_FRAME_POOL
#define LOOPSTEAL_FRAME_POOL 1  // With ASan, each frame is a malloc that ASan can check.
#endif

namespace loopsteal::frame_pool {

inline constexpr std::size_t kClassBytes = 64;      ///< Frames are rounded up to cache lines.
inline constexpr std::size_t kClasses = 16;         ///< Larger than 1024 bytes: operator new.
inline constexpr std::uint32_t kMagazineSize = 64;  ///< Frames per lock and line transfer.

struct FreeFrame {
  FreeFrame* next;
  FreeFrame* next_magazine = nullptr;  ///< The depot's link, in a magazine's first frame.
  std::uint32_t magazine_count = 0;    ///< The depot's, too.
};

struct Magazine {
  FreeFrame* head = nullptr;
  std::uint32_t count = 0;
};

/// Magazines of a thread. A thread that has not registered has no frame, yet its active magazines
/// count as full: both its first allocation and its first release take the slow path, which
/// registers it. Without the false count, a thread that only releases would stay unknown, and its
/// frames would be lost when it ends.
struct Cache {
  constexpr Cache() noexcept {
    for (Magazine& magazine : active) magazine.count = kMagazineSize;
  }

  Magazine active[kClasses];
  Magazine spare[kClasses];
  bool ended = false;  ///< The thread is ending and has returned its magazines.
};

// Trivially destructible, so that access needs no guard.
inline constinit thread_local Cache cache;

[[nodiscard]] void* refill(std::size_t size_class);
void release_full(std::size_t size_class, FreeFrame* frame) noexcept;

/// Slabs taken from malloc so far, by all threads. A test requires that warm spawns do not change
/// it.
[[nodiscard]] std::uint64_t slabs_allocated() noexcept;

/// Frames that have been allocated and not released, by all threads, without those of operator new.
/// Quiescent: no other thread may use the pool during the call, and earlier use by other threads
/// must happen before the call.
[[nodiscard]] std::uint64_t frames_in_use() noexcept;

/// Hands out all frames again, in the order of the slabs, as if none had been allocated before. A
/// class with a frame in use stays as it is. Touches no frame, so its cost is proportional to the
/// slabs. Quiescent, as frames_in_use().
void forget() noexcept;

/// At least `size` bytes, aligned for any object. Throws std::bad_alloc. Any thread.
[[nodiscard]] inline void* allocate(std::size_t size) {
#if LOOPSTEAL_FRAME_POOL
  const std::size_t size_class = (size - 1) / kClassBytes;
  if (size_class < kClasses) [[likely]] {
    Magazine& magazine = cache.active[size_class];
    FreeFrame* const frame = magazine.head;
    if (frame == nullptr) [[unlikely]]
      return refill(size_class);
    magazine.head = frame->next;
    --magazine.count;
    return frame;
  }
#endif
  return ::operator new(size);
}

/// Releases the memory of allocate(size), on any thread.
inline void deallocate(void* memory, [[maybe_unused]] std::size_t size) noexcept {
#if LOOPSTEAL_FRAME_POOL
  const std::size_t size_class = (size - 1) / kClassBytes;
  if (size_class < kClasses) [[likely]] {
    Magazine& magazine = cache.active[size_class];
    auto* const frame = static_cast<FreeFrame*>(memory);
    if (magazine.count == kMagazineSize) [[unlikely]]
      return release_full(size_class, frame);
    frame->next = magazine.head;
    magazine.head = frame;
    ++magazine.count;
    return;
  }
#endif
  ::operator delete(memory);  // Not the sized one, which clang offers only on request.
}

}  // namespace loopsteal::frame_pool
