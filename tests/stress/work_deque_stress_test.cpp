// The work deque on real threads, growing from two slots: each item is taken once. The owner waits
// for a theft in every round, so that the thieves take part on any machine.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "sched/policy/parts/work_deque.hpp"
#include "tests/stress/items.hpp"

namespace loopsteal::stress {
namespace {

constexpr std::size_t kRounds = 5'000;
constexpr std::size_t kItems = 300'000;  // More than the rounds make; the rest is one long rise.

class WorkDequeStress : public testing::Test {
 protected:
  void pop() {
    if (Item* item = deque_.pop()) items_.take(*item);
  }

  void count_theft(Item& item) {
    thefts_.fetch_add(1, std::memory_order_relaxed);
    items_.take(item);
  }

  /// Rounds of rise and fall: the deque often grows, and is often empty, when owner and thieves
  /// want the same last item.
  void own() {
    std::size_t made = 0;
    for (std::size_t round = 0; round < kRounds; ++round) {
      const std::size_t rise = round % 97 + 1;
      const std::size_t thefts_before = thefts_.load(std::memory_order_relaxed);
      for (std::size_t i = 0; i < rise; ++i) deque_.push(items_.make(made++));
      while (thefts_.load(std::memory_order_relaxed) == thefts_before) std::this_thread::yield();
      for (std::size_t i = 0; i < rise; ++i) pop();
    }
    for (; made < kItems; ++made) deque_.push(items_.make(made));
    while (!items_.all_taken()) pop();
  }

  std::atomic<std::size_t> thefts_{0};  // relaxed throughout: a count, which orders nothing.
  WorkDeque<Item> deque_{2};
  Items items_{kItems};
};

TEST_F(WorkDequeStress, EachItemIsTakenOnce) {
  std::thread one([this] {
    while (!items_.all_taken()) {
      if (Item* item = deque_.thief_end().steal()) {
        count_theft(*item);
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::thread half([this] {
    while (!items_.all_taken()) {
      if (deque_.thief_end().steal_some(8, [this](Item& item) { count_theft(item); }) == 0)
        std::this_thread::yield();
    }
  });
  own();
  one.join();
  half.join();
  items_.expect_each_taken_once();
  EXPECT_FALSE(deque_.has_tasks());
}

}  // namespace
}  // namespace loopsteal::stress
