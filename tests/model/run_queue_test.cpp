// The run queue with four slots (as Tokio under loom), so that every wrap is near: each item is
// taken once, whatever the owner and the thieves do to each other. Then the mutants: for each
// memory order that the proof of run_queue.hpp uses, the same programs must fail without it.
#include "sched/policy/parts/run_queue.hpp"

#include <gtest/gtest.h>

#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/items.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

template <class Atomics>
using Queue = RunQueue<Item, Atomics>;

/// Takes what a queue gives away. The overflowing owner calls it.
template <std::size_t kCount>
auto taking_sink(Items<kCount>& items) {
  return [&items](Item& first, Item& last, std::size_t count) {
    Item* item = &first;
    for (std::size_t i = 1; i < count; ++i) {
      items.take(*item);
      item = item->next;
    }
    check(item == &last, "a chain does not end at its end");
    items.take(last);
  };
}

template <std::size_t kCount, class Atomics>
void steal_once(Queue<Atomics>& victim, Queue<Atomics>& own, StealAmount amount,
                Items<kCount>& items, int& latest) {
  const auto stolen = victim.thief_end().steal_into(own, amount);
  check((stolen.run_now != nullptr) == (stolen.count != 0), "a count without an item");
  // The last runs first; the others keep their order.
  while (Item* item = own.pop()) items.take_in_order(*item, latest);
  if (stolen.run_now != nullptr) items.take_in_order(*stolen.run_now, latest);
}

/// One owner that pushes five and pops, one thief that steals twice.
template <class Atomics>
void owner_and_thief(StealAmount amount) {
  Items<5> items;
  Queue<Atomics> victim({.capacity = 4});
  Queue<Atomics> own({.capacity = 4});
  Thread thief([&] {
    int latest = -1;
    steal_once(victim, own, amount, items, latest);
    steal_once(victim, own, amount, items, latest);
  });
  int latest = -1;
  const auto pop = [&] {
    if (Item* item = victim.pop()) items.take_in_order(*item, latest);
  };
  const auto push = [&](int number) {
    (void)victim.push_back(items.make(number), taking_sink(items));
  };
  push(0);
  push(1);
  pop();
  push(2);
  push(3);
  pop();
  push(4);
  while (victim.has_tasks()) pop();
  thief.join();
  items.check_all_taken();
}

/// A full queue overflows while a thief steals from it (Tokio: steal_overflow).
template <class Atomics>
void overflow_during_steal(Overflow overflow, StealAmount amount) {
  Items<6> items;
  Queue<Atomics> victim({.capacity = 4, .overflow = overflow});
  Queue<Atomics> own({.capacity = 4});
  for (int i = 0; i < 3; ++i) (void)victim.push_back(items.make(i), taking_sink(items));
  Thread thief([&] {
    int latest = -1;
    steal_once(victim, own, amount, items, latest);
  });
  for (int i = 3; i < 6; ++i) (void)victim.push_back(items.make(i), taking_sink(items));
  thief.join();
  while (Item* item = victim.pop()) items.take(*item);
  items.check_all_taken();
}

/// Two thieves on one victim (Tokio: multi_stealer).
template <class Atomics>
void two_thieves(StealAmount amount) {
  Items<4> items;
  Queue<Atomics> victim({.capacity = 4});
  Queue<Atomics> own_a({.capacity = 4});
  Queue<Atomics> own_b({.capacity = 4});
  const auto rob = [&](Queue<Atomics>& own) {
    int latest = -1;
    steal_once(victim, own, amount, items, latest);
  };
  for (int i = 0; i < 3; ++i) (void)victim.push_back(items.make(i), taking_sink(items));
  Thread a([&] { rob(own_a); });
  Thread b([&] { rob(own_b); });
  (void)victim.push_back(items.make(3), taking_sink(items));
  if (Item* item = victim.pop()) items.take(*item);
  a.join();
  b.join();
  while (Item* item = victim.pop()) items.take(*item);
  items.check_all_taken();
}

/// A thief is robbed of what it steals (Tokio: chained_steal).
template <class Atomics>
void chained_steal() {
  Items<5> items;
  Queue<Atomics> first({.capacity = 4});
  Queue<Atomics> second({.capacity = 4});
  Queue<Atomics> third({.capacity = 4});
  for (int i = 0; i < 4; ++i) (void)first.push_back(items.make(i), taking_sink(items));
  Thread middle([&] {
    (void)second.push_back(items.make(4), taking_sink(items));
    if (Item* item = first.thief_end().steal_into(second, StealAmount::half).run_now)
      items.take(*item);
    while (Item* item = second.pop()) items.take(*item);
  });
  Thread last([&] {
    if (Item* item = second.thief_end().steal_into(third, StealAmount::half).run_now)
      items.take(*item);
    while (Item* item = third.pop()) items.take(*item);
  });
  if (Item* item = first.pop()) items.take(*item);
  middle.join();
  last.join();
  while (Item* item = first.pop()) items.take(*item);
  items.check_all_taken();
}

/// The owner takes a batch from elsewhere and refills slots that a thief has just read.
template <class Atomics>
void chains_into_freed_slots() {
  Items<7> items;
  Queue<Atomics> victim({.capacity = 4});
  Queue<Atomics> own({.capacity = 4});
  for (int i = 0; i < 4; ++i) (void)victim.push_back(items.make(i), taking_sink(items));
  Thread thief([&] {
    int latest = -1;
    steal_once(victim, own, StealAmount::half, items, latest);
  });
  if (Item* item = victim.pop()) items.take(*item);
  const std::uint32_t room = victim.free_slots();
  check(room <= 3, "more room than was made");
  Item* first = nullptr;
  for (int number = 3 + static_cast<int>(room); number > 3; --number) {
    Item& item = items.make(number);
    item.next = first;
    first = &item;
  }
  victim.push_chain(first, room);
  for (int number = 4 + static_cast<int>(room); number < 7; ++number)
    items.take(items.make(number));  // No room for these.
  thief.join();
  while (Item* item = victim.pop()) items.take(*item);
  items.check_all_taken();
}

/// A third thread counts, in the middle of everything; head and tail must fit together.
template <class Atomics>
void counted_from_outside() {
  Items<3> items;
  Queue<Atomics> victim({.capacity = 4});
  Queue<Atomics> own({.capacity = 4});
  (void)victim.push_back(items.make(0), taking_sink(items));
  Thread watcher([&] {
    check(victim.len() <= 3, "more items than were pushed");
    check(victim.len() <= 3, "more items than were pushed");
  });
  Thread thief([&] {
    int latest = -1;
    steal_once(victim, own, StealAmount::one, items, latest);
  });
  (void)victim.push_back(items.make(1), taking_sink(items));
  if (Item* item = victim.pop()) items.take(*item);
  (void)victim.push_back(items.make(2), taking_sink(items));
  if (Item* item = victim.pop()) items.take(*item);
  watcher.join();
  thief.join();
  check(victim.len() <= 1, "items were taken, yet counted");
  while (Item* item = victim.pop()) items.take(*item);
  items.check_all_taken();
}

TEST(Model, RunQueueOwnerAndThief) {
  for (const StealAmount amount : {StealAmount::half, StealAmount::one, StealAmount::all})
    expect_correct(kDeep, [&] { owner_and_thief<ModelAtomics>(amount); });
}

TEST(Model, RunQueueOverflowDuringSteal) {
  for (const Overflow overflow : {Overflow::first_half, Overflow::second_half})
    for (const StealAmount amount : {StealAmount::half, StealAmount::one, StealAmount::all})
      expect_correct(kDeepest, [&] { overflow_during_steal<ModelAtomics>(overflow, amount); });
}

TEST(Model, RunQueueTwoThieves) {
  for (const StealAmount amount : {StealAmount::half, StealAmount::all})
    expect_correct(kDeep, [&] { two_thieves<ModelAtomics>(amount); });
}

TEST(Model, RunQueueChainedSteal) { expect_correct(kDeep, chained_steal<ModelAtomics>); }

TEST(Model, RunQueueChainsIntoFreedSlots) {
  expect_correct(kDeepest, chains_into_freed_slots<ModelAtomics>);
}

TEST(Model, RunQueueCountedFromOutside) {
  expect_correct(kDeep, counted_from_outside<ModelAtomics>);
}

/// Every program above, for a mutant, until one fails.
template <class Atomics>
void expect_run_queue_mutant_is_caught() {
  expect_caught(
      kBroad, {
                  [] { owner_and_thief<Atomics>(StealAmount::half); },
                  [] { chains_into_freed_slots<Atomics>(); },
                  [] { overflow_during_steal<Atomics>(Overflow::second_half, StealAmount::half); },
                  [] { two_thieves<Atomics>(StealAmount::half); },
                  [] { counted_from_outside<Atomics>(); },
              });
}

template <Site kSite>
using Relaxed = Weakened<kSite, std::memory_order_relaxed>;

TEST(Model, RunQueueWeakPublishIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_publish>>();
}

TEST(Model, RunQueueWeakReuseIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_reuse>>();
}

TEST(Model, RunQueueWeakRemoveIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_remove>>();
}

TEST(Model, RunQueueWeakObserveHeadIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_observe_head>>();
}

TEST(Model, RunQueueWeakObserveTailIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_observe_tail>>();
}

TEST(Model, RunQueueWeakFinishIsCaught) {
  expect_run_queue_mutant_is_caught<Relaxed<Site::run_queue_finish>>();
}

}  // namespace
}  // namespace loopsteal::model
