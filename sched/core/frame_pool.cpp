#include "sched/core/frame_pool.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "sched/core/fetch.hpp"

namespace loopsteal::frame_pool {
namespace {

/// Lines of a frame that are fetched before it is used: as many as those of most small tasks.
constexpr std::size_t kClassesFetched = 2;

/// A place for a full magazine in the depot.
struct Box {
  Magazine magazine;
  Box* next = nullptr;
};

/// Magazines that no thread holds, and the slabs that all frames were cut from. With each slab
/// comes a box, so there is one for every magazine that can be full.
struct Depot {
  std::mutex mutex;
  Box* full[kClasses] = {};
  Box* empty = nullptr;
  Magazine loose[kClasses] = {};  ///< What threads that ended have left, until a box is full of it.
  std::vector<void*> slabs;       // Keeps them reachable: they are never freed.
  std::vector<std::unique_ptr<Box>> boxes;

  /// A full one.
  void put(std::size_t size_class, Magazine& magazine) noexcept {
    Box& box = *std::exchange(empty, empty->next);
    box.magazine = std::exchange(magazine, Magazine{});
    box.next = std::exchange(full[size_class], &box);
  }

  void put_loose(std::size_t size_class, const Magazine& magazine) noexcept {
    Magazine& heap = loose[size_class];
    for (std::uint32_t i = 0; i < magazine.count; ++i) {
      if (heap.count == kMagazineSize) put(size_class, heap);
      heap.frames[heap.count++] = magazine.frames[i];
    }
  }

  /// Into an empty one, which stays empty if there is none.
  void take(std::size_t size_class, Magazine& magazine) noexcept {
    if (full[size_class] == nullptr) {
      magazine = std::exchange(loose[size_class], Magazine{});
      return;
    }
    Box& box = *std::exchange(full[size_class], full[size_class]->next);
    magazine = box.magazine;
    box.next = std::exchange(empty, &box);
  }
};

// Never destroyed: threads hand their magazines back until the very end of the process.
Depot& depot() {
  static Depot& instance = *new Depot;
  return instance;
}

/// Hands a thread's magazines back when it ends. Touched by the slow path alone.
struct HandBack {
  HandBack() { depot(); }
  ~HandBack() {
    Depot& shared = depot();
    const std::lock_guard lock(shared.mutex);
    for (std::size_t i = 0; i < kClasses; ++i)
      for (Magazine* magazine : {&cache.active[i], &cache.spare[i]})
        shared.put_loose(i, std::exchange(*magazine, Magazine{}));
  }
};

void hand_back_at_thread_exit() { thread_local HandBack hand_back; }

void cut_slab(std::size_t size_class, Depot& shared, Magazine& magazine) {
  const std::size_t bytes = (size_class + 1) * kClassBytes;
  shared.boxes.push_back(std::make_unique<Box>());
  Box& box = *shared.boxes.back();
  box.next = std::exchange(shared.empty, &box);
  shared.slabs.push_back(nullptr);  // First, so that a bad_alloc leaks no slab.
  auto* const slab =
      static_cast<std::byte*>(::operator new (bytes* kMagazineSize, std::align_val_t{kClassBytes}));
  shared.slabs.back() = slab;
  // The first on top.
  for (std::uint32_t i = kMagazineSize; i-- != 0;)
    magazine.frames[magazine.count++] = slab + i * bytes;
}

/// Frames from the depot have last been written by another core. To wait for them one by one, as
/// they are used, would be most of what it takes to spawn for another worker.
void fetch(std::size_t size_class, const Magazine& magazine) noexcept {
  const std::size_t bytes = std::min(size_class + 1, kClassesFetched) * kClassBytes;
  for (std::uint32_t i = magazine.count; i-- != 0;) fetch_ahead(magazine.frames[i], bytes);
}

}  // namespace

void* refill(std::size_t size_class) {
  hand_back_at_thread_exit();
  Magazine& active = cache.active[size_class];
  std::swap(active, cache.spare[size_class]);
  if (active.count == 0) {
    Depot& shared = depot();
    {
      const std::lock_guard lock(shared.mutex);
      shared.take(size_class, active);
      if (active.count == 0) cut_slab(size_class, shared, active);
    }
    fetch(size_class, active);
  }
  return active.frames[--active.count];
}

void release_full(std::size_t size_class, void* frame) noexcept {
  hand_back_at_thread_exit();
  Magazine& active = cache.active[size_class];
  Magazine& spare = cache.spare[size_class];
  if (spare.count == kMagazineSize) {
    Depot& shared = depot();
    const std::lock_guard lock(shared.mutex);
    shared.put(size_class, spare);
  }
  std::swap(active, spare);
  active.frames[active.count++] = frame;
}

std::uint64_t slabs_allocated() noexcept {
  Depot& shared = depot();
  const std::lock_guard lock(shared.mutex);
  return shared.slabs.size();
}

}  // namespace loopsteal::frame_pool
