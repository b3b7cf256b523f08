#include "sched/core/frame_pool.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace loopsteal::frame_pool {
namespace {

/// Magazines that no thread holds, and the slabs that all frames were cut from.
struct Depot {
  std::mutex mutex;
  FreeFrame* magazines[kClasses] = {};
  std::vector<void*> slabs;  // Keeps them reachable: they are never freed.

  void put(std::size_t size_class, Magazine& magazine) noexcept {
    FreeFrame* const first = magazine.head;
    first->magazine_count = magazine.count;
    first->next_magazine = magazines[size_class];
    magazines[size_class] = first;
    magazine = Magazine{};
  }

  /// An empty magazine if there is none.
  Magazine take(std::size_t size_class) noexcept {
    FreeFrame* const first = magazines[size_class];
    if (first == nullptr) return {};
    magazines[size_class] = first->next_magazine;
    return {first, first->magazine_count};
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
        if (magazine->head != nullptr) shared.put(i, *magazine);
  }
};

void hand_back_at_thread_exit() { thread_local HandBack hand_back; }

Magazine cut_slab(std::size_t size_class, Depot& shared) {
  const std::size_t bytes = (size_class + 1) * kClassBytes;
  shared.slabs.push_back(nullptr);  // First, so that a bad_alloc leaks no slab.
  auto* const slab = static_cast<std::byte*>(
      ::operator new(bytes * kMagazineSize, std::align_val_t{kClassBytes}));
  shared.slabs.back() = slab;
  Magazine magazine;
  for (std::uint32_t i = kMagazineSize; i-- != 0;)
    magazine.head = new (slab + i * bytes) FreeFrame{magazine.head};
  magazine.count = kMagazineSize;
  return magazine;
}

}  // namespace

void* refill(std::size_t size_class) {
  hand_back_at_thread_exit();
  Magazine& active = cache.active[size_class];
  std::swap(active, cache.spare[size_class]);
  if (active.head == nullptr) {
    Depot& shared = depot();
    const std::lock_guard lock(shared.mutex);
    active = shared.take(size_class);
    if (active.head == nullptr) active = cut_slab(size_class, shared);
  }
  FreeFrame* const frame = active.head;
  active.head = frame->next;
  --active.count;
  return frame;
}

void release_full(std::size_t size_class, FreeFrame* frame) noexcept {
  hand_back_at_thread_exit();
  Magazine& active = cache.active[size_class];
  Magazine& spare = cache.spare[size_class];
  if (spare.count == kMagazineSize) {
    Depot& shared = depot();
    const std::lock_guard lock(shared.mutex);
    shared.put(size_class, spare);
  }
  std::swap(active, spare);
  frame->next = active.head;
  active.head = frame;
  ++active.count;
}

std::uint64_t slabs_allocated() noexcept {
  Depot& shared = depot();
  const std::lock_guard lock(shared.mutex);
  return shared.slabs.size();
}

}  // namespace loopsteal::frame_pool
