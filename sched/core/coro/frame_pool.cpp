#include "sched/core/coro/frame_pool.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include <pthread.h>

namespace loopsteal::frame_pool {
namespace {

/// A registered thread.
struct Member {
  Cache* cache;
  Member* previous = nullptr;
  Member* next = nullptr;
};

/// Free memory of one size class that no thread holds.
struct Stock {
  FreeFrame* magazines = nullptr;
  std::uint64_t free_frames = 0;  ///< In those magazines.
  /// Memory that frames are cut from, in the order of allocation. Never freed; kept reachable.
  std::vector<void*> slabs;
  std::size_t slabs_cut = 0;  ///< The first of them are cut, the others wait to be cut again.

  void put(Magazine& magazine) noexcept {
    FreeFrame* const first = magazine.head;
    first->magazine_count = magazine.count;
    first->next_magazine = magazines;
    magazines = first;
    free_frames += magazine.count;
    magazine = Magazine{};
  }

  /// Returns an empty magazine if there is none.
  [[nodiscard]] Magazine take() noexcept {
    FreeFrame* const first = magazines;
    if (first == nullptr) return {};
    magazines = first->next_magazine;
    free_frames -= first->magazine_count;
    return {first, first->magazine_count};
  }

  [[nodiscard]] Magazine cut_slab(std::size_t bytes) {
    if (slabs_cut == slabs.size()) add_slab(bytes);
    auto* const slab = static_cast<std::byte*>(slabs[slabs_cut++]);
    Magazine magazine;
    for (std::uint32_t i = kMagazineSize; i-- != 0;)
      magazine.head = new (slab + i * bytes) FreeFrame{magazine.head};
    magazine.count = kMagazineSize;
    return magazine;
  }

  void add_slab(std::size_t bytes) {
    slabs.push_back(nullptr);  // First, so that a bad_alloc leaks no slab.
    slabs.back() =
        ::operator new (bytes* kMagazineSize, std::align_val_t{kClassBytes}, std::nothrow);
    if (slabs.back() != nullptr) return;
    slabs.pop_back();
    throw std::bad_alloc();
  }

  [[nodiscard]] std::uint64_t frames_cut() const noexcept { return slabs_cut * kMagazineSize; }
};

struct Depot {
  std::mutex mutex;  // Guards the members below.
  Stock stocks[kClasses];
  Member* members = nullptr;

  void add(Member& member) noexcept {
    member.next = members;
    if (members != nullptr) members->previous = &member;
    members = &member;
  }

  void remove(Member& member) noexcept {
    (member.previous == nullptr ? members : member.previous->next) = member.next;
    if (member.next != nullptr) member.next->previous = member.previous;
  }

  void take_back(Cache& from) noexcept {
    for (std::size_t i = 0; i < kClasses; ++i)
      for (Magazine* const magazine : {&from.active[i], &from.spare[i]})
        if (magazine->head != nullptr) stocks[i].put(*magazine);
  }
};

// Never destroyed: threads return their magazines until the very end of the process.
Depot& depot() {
  static Depot& instance = *new Depot;
  return instance;
}

/// Registers its thread. Only the slow path constructs it.
class Registration {
 public:
  Registration() {
    Depot& shared = depot();
    for (Magazine& magazine : cache.active) magazine.count = 0;
    const std::lock_guard lock(shared.mutex);
    shared.add(member_);
  }

  ~Registration() {
    Depot& shared = depot();
    const std::lock_guard lock(shared.mutex);
    shared.take_back(cache);
    shared.remove(member_);
    cache = Cache{};  // Later releases of the thread take the slow path, one by one.
    cache.ended = true;
  }

  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

  /// In a forked process the other threads do not exist, and their memory may be used again.
  void stay_alone() noexcept {
    member_.previous = member_.next = nullptr;
    depot().members = &member_;
  }

 private:
  Member member_{&cache};
};

void keep_the_forking_thread();

Registration& registration() {
  thread_local Registration instance;
  return instance;
}

/// False: the thread is ending and holds no magazines any more.
bool registered() {
  static const int at_fork = pthread_atfork(nullptr, nullptr, keep_the_forking_thread);
  static_cast<void>(at_fork);
  if (cache.ended) return false;
  registration();
  return true;
}

void keep_the_forking_thread() {
  if (cache.ended) {
    depot().members = nullptr;
  } else {
    registration().stay_alone();
  }
}

[[nodiscard]] Magazine take_or_cut(Depot& shared, std::size_t size_class) {
  Magazine magazine = shared.stocks[size_class].take();
  if (magazine.head != nullptr) return magazine;
  return shared.stocks[size_class].cut_slab((size_class + 1) * kClassBytes);
}

void* pop(Magazine& magazine) noexcept {
  FreeFrame* const frame = magazine.head;
  magazine.head = frame->next;
  --magazine.count;
  return frame;
}

void push(Magazine& magazine, FreeFrame* frame) noexcept {
  frame->next = magazine.head;
  magazine.head = frame;
  ++magazine.count;
}

}  // namespace

void* refill(std::size_t size_class) {
  Depot& shared = depot();
  if (!registered()) {
    const std::lock_guard lock(shared.mutex);
    Magazine magazine = take_or_cut(shared, size_class);
    void* const frame = pop(magazine);
    if (magazine.head != nullptr) shared.stocks[size_class].put(magazine);
    return frame;
  }
  Magazine& active = cache.active[size_class];
  std::swap(active, cache.spare[size_class]);
  if (active.head == nullptr) {
    const std::lock_guard lock(shared.mutex);
    active = take_or_cut(shared, size_class);
  }
  return pop(active);
}

void release_full(std::size_t size_class, FreeFrame* frame) noexcept {
  Depot& shared = depot();
  if (!registered()) {
    Magazine one;
    push(one, frame);
    const std::lock_guard lock(shared.mutex);
    return shared.stocks[size_class].put(one);
  }
  Magazine& active = cache.active[size_class];
  if (active.count == kMagazineSize) {  // Otherwise only the registration was missing.
    Magazine& spare = cache.spare[size_class];
    if (spare.count == kMagazineSize) {
      const std::lock_guard lock(shared.mutex);
      shared.stocks[size_class].put(spare);
    }
    std::swap(active, spare);
  }
  push(active, frame);
}

std::uint64_t slabs_allocated() noexcept {
  Depot& shared = depot();
  const std::lock_guard lock(shared.mutex);
  std::uint64_t count = 0;
  for (const Stock& stock : shared.stocks) count += stock.slabs.size();
  return count;
}

std::uint64_t frames_in_use() noexcept {
  Depot& shared = depot();
  const std::lock_guard lock(shared.mutex);
  std::uint64_t count = 0;
  for (const Stock& stock : shared.stocks) count += stock.frames_cut() - stock.free_frames;
  for (const Member* member = shared.members; member != nullptr; member = member->next)
    for (std::size_t i = 0; i < kClasses; ++i)
      count -= member->cache->active[i].count + member->cache->spare[i].count;
  return count;
}

void forget() noexcept {
  Depot& shared = depot();
  const std::lock_guard lock(shared.mutex);
  for (Member* member = shared.members; member != nullptr; member = member->next)
    shared.take_back(*member->cache);
  for (Stock& stock : shared.stocks) {
    if (stock.free_frames != stock.frames_cut()) continue;
    stock.magazines = nullptr;
    stock.free_frames = 0;
    stock.slabs_cut = 0;
  }
}

}  // namespace loopsteal::frame_pool
