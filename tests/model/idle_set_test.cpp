// The wake protocol: workers that search, park and wake each other as the work-stealing policy has
// them do, around an injector or a run queue. A job that is left behind while all workers sleep, or
// a wake-up that is lost, shows as a deadlock. Then the mutants, of the idle set and of its
// callers: each step that the proof of idle_set.hpp names must be missed when it is missing, and
// each order that it names when it is weaker.
#include "sched/policy/parts/idle_set.hpp"

#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "sched/policy/parts/injector.hpp"
#include "sched/policy/parts/run_queue.hpp"
#include "tests/model/expect.hpp"
#include "tests/model/explore.hpp"
#include "tests/model/items.hpp"
#include "tests/model/model_atomics.hpp"

namespace loopsteal::model {
namespace {

/// When the last searcher that finds work wakes another: the policy's knob `spread`, or a mistake.
enum class Spreads : std::uint8_t { always, when_pending, when_pending_before, never };

/// What a caller of the protocol may forget.
struct Caller {
  bool announces_pushes = true;
  bool notifies_after_push = true;
  bool looks_again_before_parking = true;
  Spreads spreads = Spreads::always;

  /// A searcher found work. `pending` says whether there is more.
  template <class Idle, class Pending, class Notify>
  void stop_searching(Idle& idle, const Pending& pending, const Notify& notify) const {
    const bool more = spreads == Spreads::when_pending_before && pending();  // Too early a look.
    if (!idle.transition_worker_from_searching()) return;
    if (spreads == Spreads::always || more || (spreads == Spreads::when_pending && pending()))
      notify();
  }
};

/// Workers around an injector that must run `kJobs` jobs, submitted from outside.
template <class Atomics, WorkerId kWorkers, std::size_t kJobs>
class World {
 public:
  World(Caller caller, std::uint32_t searchers_max)
      : caller_(caller), idle_({.workers = kWorkers, .searchers_max = searchers_max}) {}

  void submit(int number) {
    injector_.push(items_.make(number));  // (1)
    if (caller_.notifies_after_push) notify();
  }

  /// A worker, from its first look for work until all jobs have run.
  void work(WorkerId self) {
    bool searching = false;
    while (true) {
      Item* item = injector_.pop();
      if (item == nullptr && !searching) {
        searching = idle_.transition_worker_to_searching();
        if (searching) item = injector_.pop();
      }
      if (item == nullptr) {
        park(self, searching);
        if (ran_ == kJobs) return;
        searching = true;  // Whoever was notified searches.
      } else {
        if (searching) {
          caller_.stop_searching(
              idle_, [this] { return !injector_.empty(); }, [this] { notify(); });
        }
        searching = false;
        run(*item);
        if (ran_ == kJobs) return;
      }
    }
  }

  void check_finished() const { items_.check_all_taken(); }

 private:
  void notify() {
    const WorkerId worker = idle_.worker_to_notify();  // (2)
    if (worker != kNoWorker) parkers_[worker].unpark();
  }

  void park(WorkerId self, bool searching) {
    const bool last = idle_.transition_worker_to_parked(self, searching);            // (3)
    if (last && caller_.looks_again_before_parking && !injector_.empty()) notify();  // (4)
    parkers_[self].park();
  }

  void run(Item& item) {
    items_.take(item);
    if (++ran_ < kJobs) return;
    for (Parker& parker : parkers_) parker.unpark();  // All is done.
  }

  const Caller caller_;
  Items<kJobs> items_;
  Injector<Item, Mutex, Atomics, 1> injector_;
  IdleSet<Mutex, Atomics> idle_;
  std::array<Parker, kWorkers> parkers_;
  std::size_t ran_ = 0;  // Not a part of what is tested, so no shared memory to the explorer.
};

template <class Atomics, WorkerId kWorkers, std::size_t kJobs>
void submit_and_park(Caller caller, std::uint32_t searchers_max) {
  World<Atomics, kWorkers, kJobs> world(caller, searchers_max);
  std::array<std::optional<Thread>, kWorkers> threads;
  for (WorkerId worker = 0; worker < kWorkers; ++worker)
    threads[worker].emplace([&world, worker] { world.work(worker); });
  for (std::size_t i = 0; i < kJobs; ++i) world.submit(static_cast<int>(i));
  for (std::optional<Thread>& thread : threads) thread->join();
  world.check_finished();
}

/// One worker only: nobody else may make good what it misses.
template <class Atomics>
void submit_and_park_alone() {
  Items<1> items;
  Injector<Item, Mutex, Atomics, 1> injector;
  IdleSet<Mutex, Atomics> idle({.workers = 1, .searchers_max = 1});
  Parker parker;
  const auto notify = [&] {
    if (idle.worker_to_notify() != kNoWorker) parker.unpark();
  };
  Thread worker([&] {
    bool searching = idle.transition_worker_to_searching();
    while (true) {
      if (Item* item = injector.pop()) {
        items.take(*item);
        return;
      }
      if (idle.transition_worker_to_parked(0, searching) && !injector.empty()) notify();
      parker.park();
      searching = true;
    }
  });
  injector.push(items.make(0));
  notify();
}

/// A worker pushes two jobs to its own queue, and then runs neither: both must be found by others,
/// though each waits for the other to start. So the first thief must wake the second.
template <class Atomics>
void wake_ups_spread(Caller caller) {
  Items<2> items;
  std::array<RunQueue<Item, Atomics>, 3> queues{RunQueue<Item, Atomics>{{.capacity = 4}},
                                                RunQueue<Item, Atomics>{{.capacity = 4}},
                                                RunQueue<Item, Atomics>{{.capacity = 4}}};
  IdleSet<Mutex, Atomics> idle({.workers = 3, .searchers_max = 3});
  std::array<Parker, 3> parkers;
  Parker started_0;
  Parker started_1;
  const auto notify = [&] {
    const WorkerId worker = idle.worker_to_notify();
    if (worker != kNoWorker) parkers[worker].unpark();
  };
  const auto thief = [&](WorkerId self) {
    bool searching = idle.transition_worker_to_searching();
    while (true) {
      if (searching) {
        if (Item* item = queues[0].thief_end().steal_into(queues[self], StealAmount::one).run_now) {
          caller.stop_searching(
              idle, [&] { return queues[0].has_tasks(); }, notify);
          items.take(*item);
          (item->number == 0 ? started_0 : started_1).unpark();
          (item->number == 0 ? started_1 : started_0).park();
          return;
        }
      }
      const bool last = idle.transition_worker_to_parked(self, searching);
      if (last && caller.looks_again_before_parking && queues[0].has_tasks()) notify();
      parkers[self].park();
      searching = true;
    }
  };
  Thread first([&] { thief(1); });
  Thread second([&] { thief(2); });
  for (int i = 0; i < 2; ++i) {
    (void)queues[0].push_back(items.make(i), [](Item&, Item&, std::size_t) {});
    if (caller.announces_pushes) queues[0].announce();
    if (caller.notifies_after_push) notify();
  }
  first.join();
  second.join();
  items.check_all_taken();
  check(idle.searching_count() == 0, "somebody still counts as searching");
}

/// A timer wakes a parked worker while a submitter notifies it: one of the two takes it off the
/// list, and the counts stay right.
template <class Atomics>
void woken_by_both() {
  Items<1> items;
  Injector<Item, Mutex, Atomics, 1> injector;
  IdleSet<Mutex, Atomics> idle({.workers = 1, .searchers_max = 1});
  Parker parker;
  Thread worker([&] {
    (void)idle.transition_worker_to_parked(0, false);
    parker.park();
    const bool searching = !idle.unpark_worker_by_id(0);
    check(idle.searching_count() == (searching ? 1 : 0), "a notified worker searches, no other");
    while (true) {
      if (Item* item = injector.pop()) {
        items.take(*item);
        break;
      }
      parker.park();  // The timer was first; the submitter has yet to come.
    }
    if (searching) check(idle.transition_worker_from_searching(), "the only searcher is the last");
    check(idle.searching_count() == 0 && idle.parked_count() == 0, "all are awake");
  });
  Thread timer([&] { parker.unpark(); });
  injector.push(items.make(0));
  if (idle.worker_to_notify() != kNoWorker) parker.unpark();
  timer.join();
  parker.unpark();  // For the worker that was awake when the submitter looked.
  worker.join();
  items.check_all_taken();
}

TEST(Model, IdleSetOneWorkerMissesNoJob) {
  expect_correct(kDeepest, submit_and_park_alone<ModelAtomics>);
}

TEST(Model, IdleSetTwoWorkersMissNoJob) {
  for (const std::uint32_t searchers_max : {1u, 2u}) {
    expect_correct(kDeep, [&] { submit_and_park<ModelAtomics, 2, 1>({}, searchers_max); });
    expect_correct(kBroad, [&] { submit_and_park<ModelAtomics, 2, 2>({}, searchers_max); });
  }
}

// With three, the limit keeps one from searching while two others do.
TEST(Model, IdleSetThreeWorkersMissNoJob) {
  expect_correct({.preemptions_max = 2, .stale_loads_max = 1},
                 [] { submit_and_park<ModelAtomics, 3, 1>({}, 2); });
}

TEST(Model, IdleSetWakeUpsSpread) {
  expect_correct(kBroad, [] { wake_ups_spread<ModelAtomics>({}); });
}

TEST(Model, IdleSetTwoWorkersThatSpreadWhenThereIsMoreMissNoJob) {
  const Caller caller{.spreads = Spreads::when_pending};
  for (const std::uint32_t searchers_max : {1u, 2u})
    expect_correct(kBroad, [&] { submit_and_park<ModelAtomics, 2, 2>(caller, searchers_max); });
}

TEST(Model, IdleSetWakeUpsSpreadWhenThereIsMore) {
  expect_correct(kBroad, [] { wake_ups_spread<ModelAtomics>({.spreads = Spreads::when_pending}); });
}

TEST(Model, IdleSetLookingForMoreTooEarlyIsCaught) {
  expect_caught(kBroad,
                {[] { wake_ups_spread<ModelAtomics>({.spreads = Spreads::when_pending_before}); }});
}

TEST(Model, IdleSetWokenByBoth) { expect_correct(kDeepest, woken_by_both<ModelAtomics>); }

/// Every program above, for a mutant of the idle set, until one fails.
template <class Mutant>
void expect_idle_set_mutant_is_caught() {
  expect_caught(kBroad, {
                            submit_and_park_alone<Mutant>,
                            [] { submit_and_park<Mutant, 2, 1>({}, 1); },
                            [] { wake_ups_spread<Mutant>({}); },
                        });
}

TEST(Model, IdleSetWeakSubmitIsCaught) {
  expect_idle_set_mutant_is_caught<Weakened<Site::idle_set_submit, std::memory_order_acquire>>();
}

TEST(Model, IdleSetWeakParkIsCaught) {
  expect_idle_set_mutant_is_caught<Weakened<Site::idle_set_park, std::memory_order_acq_rel>>();
}

TEST(Model, IdleSetWeakInjectorIsCaught) {
  expect_idle_set_mutant_is_caught<Weakened<Site::injector_announce, std::memory_order_release>>();
  expect_idle_set_mutant_is_caught<Weakened<Site::injector_count, std::memory_order_acquire>>();
}

TEST(Model, IdleSetWithoutLookingAgainIsCaught) {
  expect_caught(kBroad, {[] {
                  submit_and_park<ModelAtomics, 2, 1>({.looks_again_before_parking = false}, 1);
                }});
}

TEST(Model, IdleSetWithoutNotifyingIsCaught) {
  expect_caught(kBroad,
                {[] { submit_and_park<ModelAtomics, 2, 1>({.notifies_after_push = false}, 1); }});
}

TEST(Model, IdleSetWithoutSpreadingIsCaught) {
  expect_caught(kBroad, {[] { wake_ups_spread<ModelAtomics>({.spreads = Spreads::never}); }});
}

}  // namespace
}  // namespace loopsteal::model
