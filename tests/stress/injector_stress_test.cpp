// The injector under its lock for a few stores, on real threads: several push, one by one and in
// chains, several take, one by one and in batches; the ring is short, so that all the time some
// items go through it and some wait behind.
#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sched/machine/threads/brief_mutex.hpp"
#include "sched/policy/parts/injector.hpp"
#include "tests/stress/items.hpp"

namespace loopsteal::stress {
namespace {

constexpr std::size_t kProducers = 2, kConsumers = 2;
constexpr std::size_t kEach = 300'000;

/// Item i is of producer i / kEach.
class Trial {
 public:
  void run() {
    std::vector<std::thread> threads;
    for (std::size_t p = 0; p < kProducers; ++p) threads.emplace_back([this, p] { produce(p); });
    for (std::size_t c = 0; c < kConsumers; ++c) threads.emplace_back([this, c] { consume(c); });
    for (std::thread& thread : threads) thread.join();
    items_.expect_each_taken_once();
    EXPECT_TRUE(injector_.empty());
    EXPECT_EQ(injector_.arrivals(), singles_.load());
    EXPECT_EQ(out_of_order_.load(), 0u) << "a taker saw a producer's items in another order";
  }

 private:
  void produce(std::size_t producer) {
    const std::size_t end = (producer + 1) * kEach;
    std::uint64_t singles = 0;
    for (std::size_t number = producer * kEach; number < end;) {
      const std::size_t count = std::min<std::size_t>(number % 5 == 0 ? 7 : 1, end - number);
      Item& first = items_.make(number);
      Item* last = &first;
      for (std::size_t i = 1; i < count; ++i) last = last->next = &items_.make(number + i);
      if (count == 1) {
        injector_.push(first, 1);
        ++singles;
      } else {
        injector_.push_chain(first, *last, count);
      }
      number += count;
    }
    singles_ += singles;
  }

  void consume(std::size_t consumer) {
    std::array<std::size_t, kProducers> next{};
    std::size_t wrong = 0;
    for (std::size_t turn = consumer; !items_.all_taken(); ++turn) {
      const auto chain = injector_.pop_chain(turn % 3 == 0 ? 1 : 20);
      if (chain.count == 0) std::this_thread::yield();
      Item* item = chain.first;
      for (std::size_t i = 0; i < chain.count; ++i) {
        const std::size_t number = items_.number_of(*item);
        if (number < next[number / kEach]) ++wrong;
        next[number / kEach] = number + 1;
        Item* const following = item->next;
        items_.take(*item);
        item = following;
      }
      if (item != nullptr) ++wrong;
    }
    out_of_order_ += wrong;
  }

  Items items_{kProducers * kEach};
  Injector<Item, BriefMutex<>, StdAtomics, 16> injector_;
  std::atomic<std::uint64_t> singles_{0};
  std::atomic<std::size_t> out_of_order_{0};
};

TEST(InjectorStress, EachItemIsTakenOnceAndInItsProducersOrder) { Trial().run(); }

// The holder's CPU is taken away now and then, so that waiting goes through all its stages.
TEST(BriefMutexStress, CountsAreExactWithMoreThreadsThanCpus) {
  constexpr int kThreads = 8;
  constexpr std::uint64_t kCounts = 100'000;
  BriefMutex<> mutex;
  std::uint64_t count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&] {
      for (std::uint64_t i = 0; i < kCounts; ++i) {
        const std::lock_guard lock(mutex);
        ++count;
        if (i % 1'000 == 0) std::this_thread::yield();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, kThreads * kCounts);
}

}  // namespace
}  // namespace loopsteal::stress
