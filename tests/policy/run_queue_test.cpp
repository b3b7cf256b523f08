#include "sched/policy/parts/run_queue.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loopsteal {
namespace {

using ::testing::ElementsAre;

struct Item {
  int number = 0;
  Item* next = nullptr;
};

using Queue = RunQueue<Item>;

/// Items numbered from 0, at addresses that stay.
class Items {
 public:
  explicit Items(int count) : items_(static_cast<std::size_t>(count)) {
    for (int i = 0; i < count; ++i) (*this)[i].number = i;
  }
  Item& operator[](int i) { return items_[static_cast<std::size_t>(i)]; }

 private:
  std::vector<Item> items_;
};

/// An injector's stand-in: what a queue gave away, call by call.
struct Sink {
  std::vector<std::vector<int>> batches;
  void operator()(Item& first, Item& last, std::size_t count) {
    std::vector<int> numbers;
    const Item* end = nullptr;
    for (const Item* item = &first; item != nullptr; item = item->next) {
      numbers.push_back(item->number);
      end = item;
    }
    EXPECT_EQ(end, &last);
    EXPECT_EQ(numbers.size(), count);
    batches.push_back(numbers);
  }
};

std::vector<int> drain(Queue& queue) {
  std::vector<int> numbers;
  while (Item* item = queue.pop()) numbers.push_back(item->number);
  return numbers;
}

std::vector<int> range(int begin, int end) {
  std::vector<int> numbers(static_cast<std::size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), begin);
  return numbers;
}

void push(Queue& queue, Items& items, int begin, int end) {
  Sink sink;
  for (int i = begin; i < end; ++i) ASSERT_EQ(queue.push_back(items[i], sink), Pushed::kept);
  ASSERT_TRUE(sink.batches.empty());
}

// Tokio: fits_256_one_at_a_time.
// The owner's end does not steal, and the thieves' end neither pushes nor pops.
template <class End>
concept Steals = requires(End end, Queue mine) {
  end.steal_into(mine, StealAmount::half);
};
template <class End>
concept Pops = requires(End end) {
  end.pop();
};
static_assert(Steals<Queue::ThiefEnd> && !Steals<Queue>);
static_assert(Pops<Queue> && !Pops<Queue::ThiefEnd>);

TEST(RunQueue, Fits256OneAtATime) {
  Items items(256);
  Queue queue;
  push(queue, items, 0, 256);
  EXPECT_EQ(queue.len(), 256u);
  EXPECT_EQ(queue.free_slots(), 0u);
  EXPECT_EQ(drain(queue), range(0, 256));
  EXPECT_FALSE(queue.has_tasks());
}

// Tokio: fits_256_all_at_once and fits_256_all_in_chunks.
TEST(RunQueue, Fits256InChains) {
  Items items(256);
  Queue queue;
  int begin = 0;
  for (const int size : {10, 100, 46, 100}) {
    for (int i = begin; i + 1 < begin + size; ++i) items[i].next = &items[i + 1];
    queue.push_chain(&items[begin], static_cast<std::uint32_t>(size));
    begin += size;
    EXPECT_EQ(queue.free_slots(), static_cast<std::uint32_t>(256 - begin));
  }
  EXPECT_EQ(drain(queue), range(0, 256));
}

// Tokio: overflow.
TEST(RunQueue, The257thPushOverflowsOnceAndLosesNothing) {
  Items items(257);
  Queue queue;
  push(queue, items, 0, 256);
  Sink sink;
  EXPECT_EQ(queue.push_back(items[256], sink), Pushed::overflowed);
  ASSERT_EQ(sink.batches.size(), 1u);
  EXPECT_EQ(sink.batches[0], range(128, 257));  // The second half, oldest first, and the new one.
  EXPECT_EQ(queue.len(), 128u);
  EXPECT_EQ(drain(queue), range(0, 128));
}

TEST(RunQueue, OverflowOfTheFirstHalfKeepsTheSecond) {
  Items items(257);
  Queue queue({.overflow = Overflow::first_half});
  push(queue, items, 0, 256);
  Sink sink;
  EXPECT_EQ(queue.push_back(items[256], sink), Pushed::overflowed);
  std::vector<int> given = range(0, 128);
  given.push_back(256);
  ASSERT_EQ(sink.batches.size(), 1u);
  EXPECT_EQ(sink.batches[0], given);
  EXPECT_EQ(drain(queue), range(128, 256));
}

TEST(RunQueue, AfterAnOverflowTheFreedHalfIsUsedBeforeTheNext) {
  for (const Overflow half : {Overflow::first_half, Overflow::second_half}) {
    Items items(1000);
    Queue queue({.capacity = 8, .overflow = half});
    Sink sink;
    int overflows = 0;
    for (int i = 0; i < 1000; ++i) {
      const Pushed pushed = queue.push_back(items[i], sink);
      if (pushed == Pushed::overflowed) ++overflows;
      EXPECT_NE(pushed, Pushed::redirected);
    }
    // 8 fit; then each overflow takes the pushed one and frees 4 places.
    EXPECT_EQ(overflows, (1000 - 8 - 1) / 5 + 1);
    std::vector<bool> seen(1000, false);
    std::vector<int> all = drain(queue);
    for (const auto& batch : sink.batches) all.insert(all.end(), batch.begin(), batch.end());
    for (const int number : all) {
      EXPECT_FALSE(seen[static_cast<std::size_t>(number)]);
      seen[static_cast<std::size_t>(number)] = true;
    }
    EXPECT_EQ(all.size(), 1000u);
  }
}

TEST(RunQueue, TheSmallestQueueOverflows) {
  for (const Overflow half : {Overflow::first_half, Overflow::second_half}) {
    Items items(3);
    Queue queue({.capacity = 2, .overflow = half});
    push(queue, items, 0, 2);
    Sink sink;
    EXPECT_EQ(queue.push_back(items[2], sink), Pushed::overflowed);
    ASSERT_EQ(sink.batches.size(), 1u);
    const int given = half == Overflow::first_half ? 0 : 1;
    EXPECT_THAT(sink.batches[0], ElementsAre(given, 2));
    EXPECT_THAT(drain(queue), ElementsAre(1 - given));
  }
}

// Tokio: steal_batch.
TEST(RunQueue, StealingFromFourTakesTwoAndRunsTheSecond) {
  Items items(4);
  Queue victim;
  Queue thief;
  push(victim, items, 0, 4);
  const Queue::Stolen stolen = victim.thief_end().steal_into(thief, StealAmount::half);
  EXPECT_EQ(stolen.count, 2u);
  ASSERT_NE(stolen.run_now, nullptr);
  EXPECT_EQ(stolen.run_now->number, 1);
  EXPECT_THAT(drain(thief), ElementsAre(0));
  EXPECT_THAT(drain(victim), ElementsAre(2, 3));
}

TEST(RunQueue, HalfIsRoundedUp) {
  for (int length = 1; length <= 256; ++length) {
    Items items(length);
    Queue victim;
    Queue thief;
    push(victim, items, 0, length);
    const Queue::Stolen stolen = victim.thief_end().steal_into(thief, StealAmount::half);
    const int half = (length + 1) / 2;
    EXPECT_EQ(stolen.count, static_cast<std::uint32_t>(half));
    ASSERT_NE(stolen.run_now, nullptr);
    EXPECT_EQ(stolen.run_now->number, half - 1);
    EXPECT_EQ(drain(thief), range(0, half - 1));
    EXPECT_EQ(drain(victim), range(half, length));
  }
}

TEST(RunQueue, StealingOneLeavesTheRest) {
  Items items(5);
  Queue victim;
  Queue thief;
  push(victim, items, 0, 5);
  const Queue::Stolen stolen = victim.thief_end().steal_into(thief, StealAmount::one);
  EXPECT_EQ(stolen.count, 1u);
  EXPECT_EQ(stolen.run_now, &items[0]);
  EXPECT_FALSE(thief.has_tasks());
  EXPECT_EQ(drain(victim), range(1, 5));
}

TEST(RunQueue, StealingAllIsBoundedByTheRoom) {
  Items items(8 + 4);
  Queue victim({.capacity = 8});
  Queue thief({.capacity = 8});
  push(victim, items, 0, 8);
  push(thief, items, 8, 12);
  const Queue::Stolen stolen = victim.thief_end().steal_into(thief, StealAmount::all);
  EXPECT_EQ(stolen.count, 5u);  // Four places, and one to run.
  EXPECT_EQ(stolen.run_now, &items[4]);
  EXPECT_THAT(drain(thief), ElementsAre(8, 9, 10, 11, 0, 1, 2, 3));
  EXPECT_THAT(drain(victim), ElementsAre(5, 6, 7));
}

TEST(RunQueue, AThiefWithASmallerQueueTakesWhatFits) {
  Items items(256);
  Queue victim;
  Queue thief({.capacity = 4});
  push(victim, items, 0, 256);
  const Queue::Stolen stolen = victim.thief_end().steal_into(thief, StealAmount::half);
  EXPECT_EQ(stolen.count, 5u);
  EXPECT_EQ(stolen.run_now, &items[4]);
  EXPECT_EQ(drain(thief), range(0, 4));
  EXPECT_EQ(drain(victim), range(5, 256));
}

TEST(RunQueue, AThiefThatIsMoreThanHalfFullIsRefused) {
  Items items(4 + 129);
  Queue victim;
  Queue thief;
  push(victim, items, 0, 4);
  push(thief, items, 4, 4 + 129);
  EXPECT_EQ(victim.thief_end().steal_into(thief, StealAmount::half).count, 0u);
  EXPECT_EQ(victim.len(), 4u);
  ASSERT_NE(thief.pop(), nullptr);  // Now exactly half full.
  EXPECT_EQ(victim.thief_end().steal_into(thief, StealAmount::half).count, 2u);
}

TEST(RunQueue, NothingIsStolenFromAnEmptyQueue) {
  Queue victim;
  Queue thief;
  for (const StealAmount amount : {StealAmount::half, StealAmount::one, StealAmount::all}) {
    const Queue::Stolen stolen = victim.thief_end().steal_into(thief, amount);
    EXPECT_EQ(stolen.run_now, nullptr);
    EXPECT_EQ(stolen.count, 0u);
  }
}

// Indices are 32 bits and free-running: everything must hold across their wrap.
TEST(RunQueue, IndicesWrap) {
  for (const Overflow half : {Overflow::first_half, Overflow::second_half}) {
    Items items(400);
    Queue victim({.capacity = 8,
                  .overflow = half,
                  .first_index = std::numeric_limits<std::uint32_t>::max() - 40});
    Queue thief({.capacity = 8, .first_index = std::numeric_limits<std::uint32_t>::max() - 2});
    Sink sink;
    std::size_t found = 0;
    for (int i = 0; i < 400; ++i) {
      (void)victim.push_back(items[i], sink);
      if (i % 3 == 0) found += victim.pop() != nullptr;
      if (i % 20 == 0) {
        found += victim.thief_end().steal_into(thief, StealAmount::half).run_now != nullptr;
        found += drain(thief).size();
      }
      EXPECT_EQ(victim.len() + victim.free_slots(), 8u);
    }
    for (const auto& batch : sink.batches) found += batch.size();
    EXPECT_GT(sink.batches.size(), 5u);
    EXPECT_EQ(found + drain(victim).size(), 400u);
  }
}

TEST(RunQueue, RefusesOtherCapacitiesThanPowersOfTwo) {
  for (const std::uint32_t capacity : {0u, 1u, 3u, 255u, 131072u})
    EXPECT_THROW(Queue({.capacity = capacity}), std::invalid_argument) << capacity;
  for (const std::uint32_t capacity : {2u, 4u, 65536u})
    EXPECT_EQ(Queue({.capacity = capacity}).capacity(), capacity);
}

}  // namespace
}  // namespace loopsteal
