#include "sched/policy/parts/work_deque.hpp"

#include <array>
#include <limits>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using ::testing::ElementsAre;

struct Item {
  int number = 0;
};

/// 1,000 items, numbered from 0.
struct Items : std::array<Item, 1000> {
  Items() {
    int number = 0;
    for (Item& item : *this) item.number = number++;
  }
};

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

TEST(WorkDeque, TheOwnerTakesTheNewest) {
  Items items;
  WorkDeque<Item> deque;
  for (std::size_t i = 0; i < 3; ++i) deque.push(items[i]);
  EXPECT_EQ(deque.pop(), &items[2]);
  deque.push(items[3]);
  EXPECT_EQ(deque.pop(), &items[3]);
  EXPECT_EQ(deque.pop(), &items[1]);
  EXPECT_EQ(deque.pop(), &items[0]);
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_FALSE(deque.has_tasks());
}

TEST(WorkDeque, ThievesTakeTheOldest) {
  Items items;
  WorkDeque<Item> deque;
  for (std::size_t i = 0; i < 3; ++i) deque.push(items[i]);
  EXPECT_EQ(deque.thief_end().steal(), &items[0]);
  EXPECT_EQ(deque.pop(), &items[2]);
  EXPECT_EQ(deque.thief_end().steal(), &items[1]);
  EXPECT_EQ(deque.thief_end().steal(), nullptr);
  EXPECT_EQ(deque.pop(), nullptr);
}

TEST(WorkDeque, GrowsInPlaceOfOverflowing) {
  Items items;
  WorkDeque<Item> deque(2);
  for (Item& item : items) deque.push(item);
  EXPECT_EQ(deque.len(), 1000u);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(deque.thief_end().steal(), &items[i]);
  for (std::size_t i = 1000; i-- > 500;) EXPECT_EQ(deque.pop(), &items[i]);
  EXPECT_EQ(deque.len(), 0u);
}

TEST(WorkDeque, GrowsWhileItsItemsLieAcrossTheEndOfTheRing) {
  Items items;
  WorkDeque<Item> deque(8);
  for (std::size_t i = 0; i < 8; ++i) deque.push(items[i]);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(deque.thief_end().steal(), &items[i]);
  for (std::size_t i = 8; i < 40; ++i) deque.push(items[i]);
  for (std::size_t i = 5; i < 40; ++i) EXPECT_EQ(deque.thief_end().steal(), &items[i]);
  EXPECT_EQ(deque.thief_end().steal(), nullptr);
}

TEST(WorkDeque, StealSomeTakesHalfRoundedUpOldestFirst) {
  for (std::size_t length = 0; length <= 9; ++length) {
    Items items;
    WorkDeque<Item> deque(2);
    for (std::size_t i = 0; i < length; ++i) deque.push(items[i]);
    std::vector<int> stolen;
    const std::size_t count =
        deque.thief_end().steal_some(kAll, [&](Item& item) { stolen.push_back(item.number); });
    EXPECT_EQ(count, (length + 1) / 2);
    ASSERT_EQ(stolen.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(stolen[i], static_cast<int>(i));
    EXPECT_EQ(deque.len(), length - count);
  }
}

TEST(WorkDeque, StealSomeTakesNoMoreThanAsked) {
  Items items;
  WorkDeque<Item> deque;
  for (std::size_t i = 0; i < 100; ++i) deque.push(items[i]);
  std::vector<int> stolen;
  EXPECT_EQ(deque.thief_end().steal_some(3, [&](Item& item) { stolen.push_back(item.number); }),
            3u);
  EXPECT_THAT(stolen, ElementsAre(0, 1, 2));
  EXPECT_EQ(deque.thief_end().steal_some(0, [&](Item& item) { stolen.push_back(item.number); }),
            0u);
  EXPECT_EQ(deque.len(), 97u);
}

TEST(WorkDeque, RefusesOtherCapacitiesThanPowersOfTwo) {
  for (const std::size_t capacity : {0u, 1u, 3u, 100u})
    EXPECT_THROW(WorkDeque<Item>{capacity}, std::invalid_argument) << capacity;
}

}  // namespace
}  // namespace loopsteal
