// The wake protocol on real threads that park: a tree of jobs over run queues, and jobs from
// outside, in bursts that let the workers fall asleep in between. A wake-up that is lost shows as a
// test that does not end.
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sched/policy/parts/idle_set.hpp"
#include "sched/policy/parts/injector.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "tests/stress/items.hpp"

namespace loopsteal::stress {
namespace {

/// A token to sleep on.
class TokenParker {
 public:
  void park() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return token_; });
    token_ = false;
  }
  void unpark() {
    const std::lock_guard lock(mutex_);
    token_ = true;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool token_ = false;
};

constexpr WorkerId kWorkers = 3;

/// Workers that run a forest in the shape of a heap: item i makes items 2i and 2i + 1 ready, but
/// for the first `outside` items, which come from outside.
class Workers {
 public:
  Workers(std::size_t items, std::size_t outside, std::uint32_t searchers_max)
      : items_(items),
        outside_(outside),
        idle_({.workers = kWorkers, .searchers_max = searchers_max}) {
    for (WorkerId worker = 0; worker < kWorkers; ++worker)
      threads_.emplace_back([this, worker] { work(worker); });
  }

  void submit(std::size_t number) {
    injector_.push(items_.make(number));
    notify();
  }

  void join() {
    for (std::thread& thread : threads_) thread.join();
    items_.expect_each_taken_once();
    for (Worker& worker : workers_) EXPECT_FALSE(worker.queue.has_tasks());
    EXPECT_TRUE(injector_.empty());
  }

 private:
  struct Worker {
    RunQueue<Item> queue{{.capacity = 8}};
    TokenParker parker;
    bool searching = false;
  };

  void work(WorkerId self) {
    Worker& worker = workers_[self];
    while (!items_.all_taken()) {
      Item* const item = next_item(self);
      if (item != nullptr) {
        if (std::exchange(worker.searching, false) && idle_.transition_worker_from_searching())
          notify();
        run(worker, *item);
      } else {
        park(self);
      }
    }
  }

  Item* next_item(WorkerId self) {
    Worker& worker = workers_[self];
    if (Item* item = worker.queue.pop()) return item;
    if (Item* item = injector_.pop()) return item;
    if (!worker.searching) worker.searching = idle_.transition_worker_to_searching();
    if (!worker.searching) return nullptr;
    for (WorkerId other = 0; other < kWorkers; ++other) {
      if (other == self) continue;
      if (Item* item =
              workers_[other].queue.thief_end().steal_into(worker.queue, StealAmount::half).run_now)
        return item;
    }
    return injector_.pop();
  }

  void run(Worker& worker, Item& item) {
    const std::size_t number = items_.number_of(item);
    for (const std::size_t child : {2 * number, 2 * number + 1}) {
      if (child < outside_ || child >= items_.size()) continue;
      (void)worker.queue.push_back(items_.make(child),
                                   [this](Item& first, Item& last, std::size_t count) {
                                     injector_.push_chain(first, last, count);
                                   });
      worker.queue.announce();
      notify();
    }
    items_.take(item);
    if (!items_.all_taken()) return;
    for (Worker& each : workers_) each.parker.unpark();
  }

  void park(WorkerId self) {
    Worker& worker = workers_[self];
    if (idle_.transition_worker_to_parked(self, std::exchange(worker.searching, false))) {
      bool pending = !injector_.empty();
      for (const Worker& each : workers_) pending = pending || each.queue.has_tasks();
      if (pending) notify();
    }
    worker.parker.park();
    worker.searching = true;
  }

  void notify() {
    const WorkerId worker = idle_.worker_to_notify();
    if (worker != kNoWorker) workers_[worker].parker.unpark();
  }

  Items items_;
  const std::size_t outside_;
  IdleSet<std::mutex> idle_;
  Injector<Item, std::mutex> injector_;
  std::array<Worker, kWorkers> workers_;
  std::vector<std::thread> threads_;
};

class IdleSetStress : public testing::TestWithParam<std::uint32_t> {};

TEST_P(IdleSetStress, AForestIsRunToItsEnd) {
  constexpr std::size_t kItems = 500'000;
  constexpr std::size_t kOutside = 200;
  Workers workers(kItems, kOutside, GetParam());
  for (std::size_t i = 0; i < kOutside; ++i) workers.submit(i);
  workers.join();
}

// One job at a time, so that nearly each is submitted while all are falling asleep.
TEST_P(IdleSetStress, JobsThatComeOneByOneAreAllRun) {
  constexpr std::size_t kItems = 20'000;
  Workers workers(kItems, kItems, GetParam());
  for (std::size_t i = 0; i < kItems; ++i) {
    workers.submit(i);
    if (i % 4 == 0) std::this_thread::yield();
  }
  workers.join();
}

INSTANTIATE_TEST_SUITE_P(SearchersMax, IdleSetStress, testing::Values(1u, 2u, 3u),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace loopsteal::stress
