// Objects that a task of oneTBB still owns when the process ends, because the task's thread never
// came. They are few. Listing them here lets a leak checker tell them from lost objects.
#pragma once
#include <mutex>
#include <unordered_set>

namespace loopsteal {

/// Any thread. There is one for the process, which is never destroyed.
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

  std::mutex mutex_;  // Guards the members below.
  std::unordered_set<const void*> objects_;
};

}  // namespace loopsteal
