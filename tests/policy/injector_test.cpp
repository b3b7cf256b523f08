#include "sched/policy/parts/injector.hpp"

#include <array>
#include <mutex>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Item {
  int number = 0;
  Item* next = nullptr;
};

struct Items : std::array<Item, 10> {
  Items() {
    int number = 0;
    for (Item& item : *this) item.number = number++;
  }
};

/// Counts how often it is taken, in a number that the test owns.
class CountingMutex {
 public:
  explicit CountingMutex(int& taken) : taken_(taken) {}
  void lock() { ++taken_; }
  void unlock() {}

 private:
  int& taken_;
};

using Queue = Injector<Item, std::mutex>;
using ShortRing = Injector<Item, std::mutex, StdAtomics, 3>;

std::vector<int> numbers(const Queue::Chain& chain) {
  std::vector<int> result;
  for (const Item* item = chain.first; item != nullptr; item = item->next)
    result.push_back(item->number);
  EXPECT_EQ(result.size(), chain.count);
  return result;
}

/// Links items[begin, end).
void link(Items& items, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i + 1 < end; ++i) items[i].next = &items[i + 1];
}

TEST(Injector, IsFirstInFirstOut) {
  Items items;
  Queue injector;
  for (Item& item : items) injector.push(item);
  EXPECT_EQ(injector.length(), 10u);
  for (Item& item : items) EXPECT_EQ(injector.pop(), &item);
  EXPECT_EQ(injector.pop(), nullptr);
  EXPECT_TRUE(injector.empty());
}

TEST(Injector, ChainsKeepTheirOrderBehindWhatIsThere) {
  Items items;
  Queue injector;
  injector.push(items[0]);
  link(items, 1, 5);
  injector.push_chain(items[1], items[4], 4);
  injector.push(items[5]);
  EXPECT_EQ(injector.length(), 6u);
  EXPECT_THAT(numbers(injector.pop_chain(100)), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Injector, ChainsAreCutWhereTheyEnd) {
  Items items;
  Queue injector;
  link(items, 0, 10);
  injector.push_chain(items[0], items[4], 5);  // items[4].next is not part of it.
  EXPECT_THAT(numbers(injector.pop_chain(3)), ElementsAre(0, 1, 2));
  EXPECT_EQ(injector.length(), 2u);
  injector.push(items[7]);
  EXPECT_THAT(numbers(injector.pop_chain(3)), ElementsAre(3, 4, 7));
  EXPECT_THAT(numbers(injector.pop_chain(3)), IsEmpty());
}

TEST(Injector, IsUsableAfterItWasEmptied) {
  Items items;
  Queue injector;
  for (int round = 0; round < 3; ++round) {
    injector.push(items[1]);
    injector.push(items[2]);
    EXPECT_THAT(numbers(injector.pop_chain(2)), ElementsAre(1, 2));
  }
}

TEST(Injector, WhatTheRingCannotHoldWaitsBehindItInOrder) {
  Items items;
  ShortRing injector;
  for (std::size_t i = 0; i < 5; ++i) injector.push(items[i]);
  EXPECT_EQ(injector.pop(), &items[0]);
  injector.push(items[5]);  // There is room in the ring, and others are before it.
  link(items, 6, 8);
  injector.push_chain(items[6], items[7], 2);
  EXPECT_EQ(injector.length(), 7u);
  for (std::size_t i = 1; i < 8; ++i) EXPECT_EQ(injector.pop(), &items[i]);
  EXPECT_EQ(injector.pop(), nullptr);
  // And from the ring again.
  for (std::size_t i = 0; i < 3; ++i) injector.push(items[i]);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(injector.pop(), &items[i]);
}

TEST(Injector, AChainGoesWhereItFitsAsAWhole) {
  Items items;
  ShortRing injector;
  injector.push(items[0]);
  link(items, 1, 3);
  injector.push_chain(items[1], items[2], 2);
  link(items, 3, 7);
  injector.push_chain(items[3], items[6], 4);
  injector.push(items[7]);
  EXPECT_EQ(injector.pop(), &items[0]);
  const auto chain = injector.pop_chain(5);
  ASSERT_EQ(chain.count, 5u);
  const Item* item = chain.first;
  for (int number = 1; number <= 5; ++number, item = item->next) EXPECT_EQ(item->number, number);
  EXPECT_EQ(item, nullptr);
  EXPECT_EQ(injector.pop(), &items[6]);
  EXPECT_EQ(injector.pop(), &items[7]);
}

TEST(Injector, MoreThanABatchIsTakenAtOnce) {
  std::vector<Item> items(1'000);
  Injector<Item, std::mutex, StdAtomics, 400> injector;
  for (Item& item : items) injector.push(item);
  EXPECT_EQ(injector.pop(), &items[0]);
  const auto chain = injector.pop_chain(900);
  EXPECT_EQ(chain.count, 900u);
  std::size_t number = 1;
  for (const Item* item = chain.first; item != nullptr; item = item->next)
    EXPECT_EQ(item, &items[number++]);
  EXPECT_EQ(number, 901u);
  EXPECT_EQ(injector.length(), 99u);
}

TEST(Injector, CountsWhatArrives) {
  Items items;
  Queue injector;
  injector.push(items[0], 1);
  injector.push(items[1]);
  injector.push(items[2], 1);
  EXPECT_EQ(injector.arrivals(), 2u);
  injector.forget_arrivals();
  EXPECT_EQ(injector.arrivals(), 0u);
  EXPECT_EQ(injector.length(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(injector.pop(), &items[i]);
}

TEST(Injector, AnEmptyOneIsLookedAtWithoutTheLock) {
  Items items;
  int taken = 0;
  Injector<Item, CountingMutex> injector(taken);
  EXPECT_EQ(injector.pop(), nullptr);
  EXPECT_EQ(injector.pop_chain(5).count, 0u);
  EXPECT_EQ(injector.length(), 0u);
  EXPECT_EQ(taken, 0);
  injector.push(items[0]);
  EXPECT_EQ(injector.pop_chain(0).count, 0u);
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(injector.pop(), &items[0]);
  EXPECT_EQ(taken, 2);
}

}  // namespace
}  // namespace loopsteal
