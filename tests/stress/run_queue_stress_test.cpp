// The run queue on real threads, with its overflow going to the injector: each item is taken once.
// The owner waits for a theft in every round, so that the thieves take part on any machine.
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include "sched/policy/parts/injector.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "tests/stress/items.hpp"

namespace loopsteal::stress {
namespace {

constexpr std::size_t kRounds = 2'000;
constexpr std::size_t kItemsPerRound = 100;
constexpr std::size_t kItems = kRounds * kItemsPerRound;

class RunQueueStress
    : public testing::TestWithParam<std::tuple<std::uint32_t, Overflow, StealAmount>> {
 protected:
  RunQueueStress()
      : victim_({.capacity = std::get<0>(GetParam()), .overflow = std::get<1>(GetParam())}) {}

  using Queue = RunQueue<Item>;

  void push(std::size_t number) {
    (void)victim_.push_back(items_.make(number), [this](Item& first, Item& last, std::size_t n) {
      injector_.push_chain(first, last, n);
    });
  }

  void take_from_injector(std::size_t count) {
    auto chain = injector_.pop_chain(count);
    while (chain.first != nullptr) {
      Item* const next = chain.first->next;
      items_.take(*chain.first);
      chain.first = next;
    }
  }

  void own() {
    for (std::size_t round = 0; round < kRounds; ++round) {
      const std::size_t thefts_before = thefts_.load(std::memory_order_relaxed);
      for (std::size_t i = 0; i < kItemsPerRound; ++i) {
        push(round * kItemsPerRound + i);
        if (i % 3 == 0) pop();
      }
      while (thefts_.load(std::memory_order_relaxed) == thefts_before && victim_.has_tasks())
        std::this_thread::yield();
    }
    while (!items_.all_taken()) {
      pop();
      take_from_injector(3);
    }
  }

  void pop() {
    if (Item* item = victim_.pop()) items_.take(*item);
  }

  void rob() {
    Queue own({.capacity = std::get<0>(GetParam())});
    while (!items_.all_taken()) {
      const auto stolen = victim_.thief_end().steal_into(own, std::get<2>(GetParam()));
      if (stolen.run_now != nullptr) {
        thefts_.fetch_add(1, std::memory_order_relaxed);
        items_.take(*stolen.run_now);
      }
      while (Item* item = own.pop()) items_.take(*item);
      if (stolen.count == 0) {
        take_from_injector(7);
        std::this_thread::yield();
      }
    }
  }

  std::atomic<std::size_t> thefts_{0};  // relaxed throughout: a count, which orders nothing.
  Queue victim_;
  Injector<Item, std::mutex> injector_;
  Items items_{kItems};
};

TEST_P(RunQueueStress, EachItemIsTakenOnce) {
  std::thread a([this] { rob(); });
  std::thread b([this] { rob(); });
  own();
  a.join();
  b.join();
  items_.expect_each_taken_once();
  // A theft ends two rounds at most: the one whose queue it emptied, and the next, if it is counted
  // only then.
  EXPECT_GE(thefts_.load(std::memory_order_relaxed), kRounds / 2);
  EXPECT_FALSE(victim_.has_tasks());
  EXPECT_TRUE(injector_.empty());
}

std::string name_of(const testing::TestParamInfo<RunQueueStress::ParamType>& info) {
  const auto [capacity, overflow, amount] = info.param;
  const char* const taken = amount == StealAmount::half  ? "Half"
                            : amount == StealAmount::one ? "One"
                                                         : "All";
  return "Capacity" + std::to_string(capacity) +
         (overflow == Overflow::first_half ? "FirstHalf" : "SecondHalf") + "Steal" + taken;
}

INSTANTIATE_TEST_SUITE_P(
    Each, RunQueueStress,
    testing::Combine(testing::Values(4u, 256u),
                     testing::Values(Overflow::first_half, Overflow::second_half),
                     testing::Values(StealAmount::half, StealAmount::one, StealAmount::all)),
    name_of);

}  // namespace
}  // namespace loopsteal::stress
