// The wake protocol around a worker's own queue: a job that is pushed there, or only looked at, is
// found by who was about to sleep. Then the mutants of the queues and of their owner.
#include <gtest/gtest.h>

#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "sched/policy/parts/work_deque.hpp"
#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/items.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

/// What the owner of a queue may forget.
struct Owner {
  bool announces = true;
  bool notifies_after_putting_back = true;
};

/// The two queues that a worker may have of its own.
template <class Atomics>
struct OwnRing {
  RunQueue<Item, Atomics> queue{{.capacity = 2}};
  RunQueue<Item, Atomics> of_thief{{.capacity = 2}};

  void push(Item& item) {
    (void)queue.push_back(item, [](Item&, Item&, std::size_t) {});
  }
  Item* steal() { return queue.thief_end().steal_into(of_thief, StealAmount::one).run_now; }
};

template <class Atomics>
struct OwnDeque {
  WorkDeque<Item, Atomics> queue{2};

  void push(Item& item) { queue.push(item); }
  Item* steal() { return queue.thief_end().steal(); }
};

/// A worker pushes a job to its own queue and does not run it; the only other one must find it.
template <template <class> class Own, class Atomics>
void pushed_to_own(Owner owner) {
  Items<1> items;
  Own<Atomics> own;
  IdleSet<Mutex, Atomics> idle({.workers = 2, .searchers_max = 2});
  Parker parker;
  const auto notify = [&] {
    if (idle.worker_to_notify() != kNoWorker) parker.unpark();
  };
  Thread thief([&] {
    bool searching = idle.transition_worker_to_searching();
    while (true) {
      if (Item* item = own.steal()) {
        items.take(*item);
        return;
      }
      if (idle.transition_worker_to_parked(1, searching) && own.queue.has_tasks()) notify();
      parker.park();
      searching = true;
    }
  });
  own.push(items.make(0));
  if (owner.announces) own.queue.announce();
  notify();
  thief.join();
  items.check_all_taken();
}

/// The same, but the owner takes the job out once more to look at it, and puts it back.
template <class Atomics>
void looked_at_and_put_back(Owner owner) {
  Items<1> items;
  WorkDeque<Item, Atomics> deque(2);
  IdleSet<Mutex, Atomics> idle({.workers = 2, .searchers_max = 2});
  Parker parker;
  const auto push_and_notify = [&](Item& item, bool notifies) {
    deque.push(item);
    if (!notifies) return;
    deque.announce();
    if (idle.worker_to_notify() != kNoWorker) parker.unpark();
  };
  Thread thief([&] {
    bool searching = idle.transition_worker_to_searching();
    while (true) {
      if (Item* item = deque.thief_end().steal()) {
        items.take(*item);
        return;
      }
      if (idle.transition_worker_to_parked(1, searching) && deque.has_tasks() &&
          idle.worker_to_notify() != kNoWorker) {
        parker.unpark();
      }
      parker.park();
      searching = true;
    }
  });
  push_and_notify(items.make(0), true);
  if (Item* item = deque.pop()) push_and_notify(*item, owner.notifies_after_putting_back);
  thief.join();
  items.check_all_taken();
}

TEST(Model, OwnQueueWhatAWorkerPushesToItsOwnQueueIsFound) {
  expect_correct(kDeepest, [] { pushed_to_own<OwnRing, ModelAtomics>({}); });
  expect_correct(kDeepest, [] { pushed_to_own<OwnDeque, ModelAtomics>({}); });
}

TEST(Model, OwnQueueWhatAWorkerOnlyLooksAtIsFound) {
  expect_correct(kDeep, [] { looked_at_and_put_back<ModelAtomics>({}); });
  expect_caught(kDeep, {[] {
                  looked_at_and_put_back<ModelAtomics>({.notifies_after_putting_back = false});
                }});
}

/// Every program above, for a mutant of the queues, until one fails.
template <template <class> class Own, Site kSite, std::memory_order kWeaker>
void expect_weak_queue_is_caught() {
  expect_caught(kBroad, {[] { pushed_to_own<Own, Weakened<kSite, kWeaker>>({}); }});
}

TEST(Model, OwnQueueWeakAnnouncementsAreCaught) {
  constexpr std::memory_order kWeaker = std::memory_order_release;
  expect_weak_queue_is_caught<OwnRing, Site::run_queue_announce, kWeaker>();
  expect_weak_queue_is_caught<OwnDeque, Site::work_deque_announce, kWeaker>();
}

TEST(Model, OwnQueueWeakLastLooksAreCaught) {
  constexpr std::memory_order kWeaker = std::memory_order_acquire;
  expect_weak_queue_is_caught<OwnRing, Site::run_queue_count, kWeaker>();
  expect_weak_queue_is_caught<OwnDeque, Site::work_deque_count, kWeaker>();
}

TEST(Model, OwnQueueWithoutAnnouncingIsCaught) {
  const Owner owner{.announces = false};
  expect_caught(kBroad, {[&] { pushed_to_own<OwnRing, ModelAtomics>(owner); }});
  expect_caught(kBroad, {[&] { pushed_to_own<OwnDeque, ModelAtomics>(owner); }});
}

}  // namespace
}  // namespace loopsteal::model
