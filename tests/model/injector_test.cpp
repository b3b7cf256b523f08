// The injector: each item is taken once, and in the order of its producer; without its lock, the
// same program fails.
#include "sched/policy/parts/injector.hpp"

#include <gtest/gtest.h>

#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/items.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

/// A mutant's lock.
struct NoMutex {
  void lock() {}
  void unlock() {}
};

/// One thread pushes one by one, another a chain, two take; what is left is taken at the end.
template <class Lock, std::size_t kPlaces>
void producers_and_consumers() {
  Items<4> items;
  Injector<Item, Lock, ModelAtomics, kPlaces> injector;
  const auto take_all = [&](typename decltype(injector)::Chain chain) {
    std::size_t count = 0;
    int latest = -1;
    for (Item* item = chain.first; item != nullptr; ++count) {
      Item* const next = item->next;
      // Items 0 and 1 are of one producer, 2 and 3 of the other.
      if (item->number / 2 == latest / 2 && latest >= 0)
        check(item->number > latest, "items of one producer were taken out of order");
      latest = item->number;
      items.take(*item);
      item = next;
    }
    check(count == chain.count, "a chain is not as long as it says");
  };
  Thread producer([&] {
    injector.push(items.make(0));
    injector.push(items.make(1));
  });
  Thread consumer([&] {
    if (Item* item = injector.pop()) items.take(*item);
    take_all(injector.pop_chain(2));
  });
  Item& last = items.make(3);
  Item& first = items.make(2);
  first.next = &last;
  injector.push_chain(first, last, 2);
  take_all(injector.pop_chain(2));
  producer.join();
  consumer.join();
  take_all(injector.pop_chain(4));
  check(injector.empty(), "an empty injector has a length");
  items.check_all_taken();
}

TEST(Model, InjectorProducersAndConsumers) {
  expect_correct(kDeep, producers_and_consumers<Mutex, 4>);
}

// The ring is full after two.
TEST(Model, InjectorProducersAndConsumersBehindTheRing) {
  expect_correct(kDeep, producers_and_consumers<Mutex, 2>);
}

/// Two push, and when both have, one takes.
template <class Lock, std::size_t kPlaces>
void two_producers() {
  Items<2> items;
  Injector<Item, Lock, ModelAtomics, kPlaces> injector;
  Thread producer([&] { injector.push(items.make(0)); });
  injector.push(items.make(1));
  producer.join();
  while (Item* item = injector.pop()) items.take(*item);
  items.check_all_taken();
}

TEST(Model, InjectorTwoProducers) {
  expect_correct(kDeep, two_producers<Mutex, 2>);
  expect_correct(kDeep, two_producers<Mutex, 1>);
}

TEST(Model, InjectorWithoutItsLockIsCaught) { expect_caught(kBroad, {two_producers<NoMutex, 2>}); }

/// Whoever knows of a push sees it without the lock, or it has been taken.
template <class Atomics>
void length_seen() {
  Items<1> items;
  Injector<Item, Mutex, Atomics, 1> injector;
  ModelAtomic<int> pushed;
  Thread producer([&] {
    injector.push(items.make(0));
    pushed.store(1, std::memory_order_release);
  });
  if (pushed.load(std::memory_order_acquire) == 1)
    check(!injector.empty(), "a push that is known is not seen");
}

TEST(Model, InjectorLengthIsSeenByWhoKnows) { expect_correct(kDeepest, length_seen<ModelAtomics>); }

}  // namespace
}  // namespace loopsteal::model
