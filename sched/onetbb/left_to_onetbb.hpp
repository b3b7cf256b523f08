// Objects that a task of oneTBB still owns when the process ends, because the thread for it never
// came. They are few, and known here, so that a leak checker tells them from lost ones.
#pragma once
#include <mutex>
#include <unordered_set>

namespace loopsteal {

/// Any thread. There is one for the process, which never goes.
class LeftToOneTbb {
 public:
  static void add(const void* object) {
    LeftToOneTbb& all = instance();
    const std::lock_guard lock(all.mutex_);
    all.objects_.insert(object);
  }
  static void remove(const void* object) noexcept {
    LeftToOneTbb& all = instance();
    const std::lock_guard lock(all.mutex_);
    all.objects_.erase(object);
  }

 private:
  static LeftToOneTbb& instance() {
    static LeftToOneTbb* const all = new LeftToOneTbb;  // Outlives threads that end after main().
    return *all;
  }

  std::mutex mutex_;  // Guards what follows.
  std::unordered_set<const void*> objects_;
};

}  // namespace loopsteal
