// The work deque: each item is taken once, by its owner or by a thief, also while the ring grows
// and over the last item. Then the mutants: for each memory order that the proof of work_deque.hpp
// uses, the same programs must fail without it. One is not among them: the acquire of make_room()
// excludes loads that see later stores, which the explorer does not make.
#include "sched/policy/parts/work_deque.hpp"

#include <gtest/gtest.h>

#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/items.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

template <class Atomics>
using Deque = WorkDeque<Item, Atomics>;

template <std::size_t kCount, class Atomics>
void steal_times(Deque<Atomics>& victim, int times, Items<kCount>& items) {
  int latest = -1;
  for (int i = 0; i < times; ++i)
    if (Item* item = victim.thief_end().steal()) items.take_in_order(*item, latest);
}

template <std::size_t kCount, class Atomics>
void pop_all(Deque<Atomics>& deque, Items<kCount>& items) {
  while (Item* item = deque.pop()) items.take(*item);
}

/// All want the only item.
template <class Atomics>
void last_item() {
  Items<1> items;
  Deque<Atomics> deque(2);
  Thread a([&] { steal_times(deque, 1, items); });
  Thread b([&] { steal_times(deque, 1, items); });
  deque.push(items.make(0));
  pop_all(deque, items);
  a.join();
  b.join();
  items.check_all_taken();
  check(!deque.has_tasks(), "items were taken, yet counted");
}

/// The owner pops without a compare-exchange what a thief that is late might want.
template <class Atomics>
void two_items_two_thefts() {
  Items<2> items;
  Deque<Atomics> deque(2);
  deque.push(items.make(0));
  deque.push(items.make(1));
  Thread thief([&] { steal_times(deque, 2, items); });
  pop_all(deque, items);
  thief.join();
  items.check_all_taken();
}

/// Indices are used again: what was popped at the bottom is pushed anew.
template <class Atomics>
void push_after_pop() {
  Items<4> items;
  Deque<Atomics> deque(2);
  Thread thief([&] { steal_times(deque, 2, items); });
  const auto pop = [&] {
    if (Item* item = deque.pop()) items.take(*item);
  };
  deque.push(items.make(0));
  pop();
  deque.push(items.make(1));
  deque.push(items.make(2));
  pop();
  deque.push(items.make(3));
  pop_all(deque, items);
  thief.join();
  items.check_all_taken();
}

/// The ring is replaced while a thief reads it.
template <class Atomics>
void growth_during_steal() {
  Items<5> items;
  Deque<Atomics> deque(2);
  deque.push(items.make(0));
  deque.push(items.make(1));
  Thread thief([&] { steal_times(deque, 2, items); });
  for (int i = 2; i < 5; ++i) deque.push(items.make(i));
  pop_all(deque, items);
  thief.join();
  items.check_all_taken();
}

/// Repeated single steals, bounded by half of what is there.
template <class Atomics>
void steal_some() {
  Items<4> items;
  Deque<Atomics> deque(4);
  for (int i = 0; i < 3; ++i) deque.push(items.make(i));
  Thread thief([&] {
    int latest = -1;
    const std::size_t count =
        deque.thief_end().steal_some(4, [&](Item& item) { items.take_in_order(item, latest); });
    check(count <= 2, "more than half of four was stolen");
  });
  deque.push(items.make(3));
  pop_all(deque, items);
  thief.join();
  items.check_all_taken();
}

TEST(Model, WorkDequeLastItem) { expect_correct(kDeepest, last_item<ModelAtomics>); }

TEST(Model, WorkDequeTwoItemsTwoThefts) {
  expect_correct(kDeepest, two_items_two_thefts<ModelAtomics>);
}

TEST(Model, WorkDequePushAfterPop) { expect_correct(kDeep, push_after_pop<ModelAtomics>); }

TEST(Model, WorkDequeGrowthDuringSteal) {
  expect_correct(kDeep, growth_during_steal<ModelAtomics>);
}

TEST(Model, WorkDequeStealSome) { expect_correct(kDeep, steal_some<ModelAtomics>); }

/// Every program above, for a mutant, until one fails.
template <Site kSite, std::memory_order kWeaker>
void expect_work_deque_mutant_is_caught() {
  using Mutant = Weakened<kSite, kWeaker>;
  expect_caught(kDeep, {
                           growth_during_steal<Mutant>,
                           two_items_two_thefts<Mutant>,
                           push_after_pop<Mutant>,
                       });
}

TEST(Model, WorkDequeWeakPublishIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_publish, std::memory_order_relaxed>();
}

TEST(Model, WorkDequeWeakReserveIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_reserve, std::memory_order_release>();
}

TEST(Model, WorkDequeWeakCheckTopIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_check_top, std::memory_order_acquire>();
}

TEST(Model, WorkDequeWeakCheckBottomIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_check_bottom, std::memory_order_acquire>();
}

TEST(Model, WorkDequeUnorderedCheckBottomIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_check_bottom, std::memory_order_relaxed>();
}

TEST(Model, WorkDequeWeakReplaceRingIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_replace_ring, std::memory_order_relaxed>();
}

TEST(Model, WorkDequeWeakFollowRingIsCaught) {
  expect_work_deque_mutant_is_caught<Site::work_deque_follow_ring, std::memory_order_relaxed>();
}

}  // namespace
}  // namespace loopsteal::model
