// Laws about what is left when a scheduler is destroyed: a callback that is ready by then is freed
// and does not run, whichever thread made it ready, and no frame is lost.
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "sched/core/coro/frame_pool.hpp"
#include "tests/conformance/laws.hpp"

namespace loopsteal::laws {
namespace {

class Leftovers : public Laws {};
LOOPSTEAL_LAWS(Leftovers, all_specs_everywhere);

/// Where other threads submit.
class LeftoversOfThreads : public Laws {};
LOOPSTEAL_LAWS(LeftoversOfThreads, all_specs);

/// Where a job from outside goes straight to a worker, which is looked for and woken afterwards.
std::vector<std::string> placing_specs() {
  return both_machines({"random_stealing:placement=random", "random_stealing:placement=jsq",
                        "random_stealing:preset=probing", "random_stealing:preset=mean-field"});
}
std::vector<std::string> placing_specs_on_threads() {
  std::vector<std::string> specs = placing_specs();
  std::erase_if(specs, [](const std::string& spec) { return spec.starts_with("sim/"); });
  return specs;
}
INSTANTIATE_TEST_SUITE_P(Placing, Leftovers, testing::ValuesIn(placing_specs()), test_name);
INSTANTIATE_TEST_SUITE_P(Placing, LeftoversOfThreads, testing::ValuesIn(placing_specs_on_threads()),
                         test_name);

/// What became of callbacks: of those there were, so many ran, and so many were freed.
struct Fates {
  std::atomic<int> made = 0, ran = 0, freed = 0;
};

/// What a callback holds. A copy that was moved from holds nothing.
class Held {
 public:
  explicit Held(Fates& fates) : fates_(&fates) { ++fates.made; }
  Held(Held&& other) noexcept : fates_(std::exchange(other.fates_, nullptr)) {}
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (fates_ != nullptr) ++fates_->freed;
  }
  void run() const { ++fates_->ran; }

 private:
  Fates* fates_;
};

void post_one(Scheduler& scheduler, Fates& fates) {
  post(scheduler, [held = Held(fates)] { held.run(); });
}

/// One that posts the next when it runs: at the end of a run some of them are left, even if what is
/// ready then runs once more.
void post_chain(Scheduler& scheduler, Fates& fates, int more) {
  post(scheduler, [&scheduler, &fates, more, held = Held(fates)] {
    held.run();
    if (more > 0) post_chain(scheduler, fates, more - 1);
  });
}

Task<void> nothing() { co_return; }

/// `law` leaves callbacks with a scheduler that is destroyed after it.
void expect_all_freed(const std::string& spec, WorkerId workers,
                      const std::function<void(Scheduler&, Fates&)>& law) {
  Fates fates;
  int ran = 0;
  const std::uint64_t frames = frame_pool::frames_in_use();
  {
    const std::unique_ptr<Scheduler> scheduler = make(spec, workers);
    law(*scheduler, fates);
    ran = fates.ran;
  }
  EXPECT_GT(fates.made, 0);
  EXPECT_EQ(fates.freed, fates.made);
  EXPECT_EQ(fates.ran, ran) << "one ran while its scheduler was destroyed";
  EXPECT_EQ(frame_pool::frames_in_use(), frames);
}

std::vector<WorkerId> counts(const std::string& spec) {
  return spec.find("event_loop") != std::string::npos ? std::vector<WorkerId>{1}
                                                      : std::vector<WorkerId>{1, 3};
}

TEST_P(Leftovers, CallbacksOfASchedulerThatNeverRanAreFreedAndDoNotRun) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      for (int i = 0; i < 300; ++i) post_one(scheduler, fates);
      EXPECT_EQ(fates.ran, 0);
    });
}

Task<void> leave_callbacks(Scheduler& scheduler, Fates& fates, int count) {
  TaskGroup group(scheduler);
  for (int i = 0; i < count; ++i)
    group.spawn([](Scheduler& s, Fates& f) -> Task<void> {
      post_one(s, f);
      co_await yield();
      post_one(s, f);
    }(scheduler, fates));
  co_await group.join();
  for (int i = 0; i < count; ++i) post_chain(scheduler, fates, 3);
}

TEST_P(Leftovers, CallbacksThatARunMadeReadyAsItEndedAreFreed) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      run(scheduler, leave_callbacks(scheduler, fates, 400));
      EXPECT_LT(fates.ran, fates.made) << "so that there is something left";
    });
}

TEST_P(Leftovers, TimersThatAreDueOrNotAreFreed) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      for (int round = 0; round < 20; ++round) {
        std::vector<std::unique_ptr<TimedCallback>> timers;
        for (const Duration delay : {Duration(-1ms), Duration(0), Duration(50us), Duration(1h)})
          timers.push_back(std::make_unique<TimedCallback>(scheduler, scheduler.now() + delay,
                                                           [held = Held(fates)] { held.run(); }));
        run(scheduler, []() -> Task<void> { co_await yield(); }());
      }
    });
}

/// While it is freed, what a callback holds posts another one.
struct PostsAtItsEnd {
  PostsAtItsEnd(Scheduler& s, Fates& f, int more) : scheduler(&s), fates(&f), left(more) {}
  PostsAtItsEnd(PostsAtItsEnd&& other) noexcept
      : scheduler(std::exchange(other.scheduler, nullptr)), fates(other.fates), left(other.left) {}
  ~PostsAtItsEnd() {
    if (scheduler == nullptr) return;
    post_one(*scheduler, *fates);
    if (left > 0) post(*scheduler, [next = PostsAtItsEnd(*scheduler, *fates, left - 1)] {});
  }
  Scheduler* scheduler;
  Fates* fates;
  int left;
};

TEST_P(Leftovers, ACallbackThatPostsWhileItIsFreedLeavesNothingEither) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      post(scheduler, [end = PostsAtItsEnd(scheduler, fates, 5)] {});
    });
}

TEST_P(Leftovers, ARootThatAStopLeftIsDestroyedWithItsLocals) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      post(scheduler, [&] { scheduler.stop(); });
      EXPECT_THROW(scheduler.run([](Fates& f, Held) -> Task<void> {
        const Held held(f);
        co_await sleep_for(1h);
      }(fates, Held(fates))),
                   StoppedError);
      for (int i = 0; i < 10; ++i) post_one(scheduler, fates);
    });
}

/// Two roots that a stop() left: one, while it is destroyed, makes the other one's job ready.
TEST_P(Leftovers, ARootThatWakesAnotherWhileItIsDestroyedDoesNoHarm) {
  for (const WorkerId workers : counts(GetParam()))
    expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
      static Event* go;
      Event event;
      go = &event;
      struct Wakes {
        ~Wakes() { go->set(); }
      };
      for (int root = 0; root < 2; ++root) {
        post(scheduler, [&] { scheduler.stop(); });
        EXPECT_THROW(scheduler.run([](Event& e, Held) -> Task<void> { co_await e.wait(); }(
                                                          event, Held(fates))),
                     StoppedError);
      }
      event.set();  // Both are ready, and no run follows.
    });
}

TEST_P(LeftoversOfThreads, CallbacksThatThreadsPostUntilTheEndAreRunOrFreed) {
  for (const WorkerId workers : counts(GetParam()))
    for (int round = 0; round < 20 / kShorter + 1; ++round)
      expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
        std::vector<std::jthread> posters;
        for (int t = 0; t < 2; ++t)
          posters.emplace_back([&] {
            for (int i = 0; i < 200; ++i) post_one(scheduler, fates);
          });
        run(scheduler, []() -> Task<void> { co_await yield(); }());
      });
}

/// The threads of the pool and of clients submit as long as they live, after the end of the run,
/// too: the scheduler waits for them before it goes.
TEST_P(LeftoversOfThreads, WhatItsOwnThreadsSubmitAfterTheRunIsNoUseAfterFree) {
  for (const WorkerId workers : counts(GetParam()))
    for (int round = 0; round < 20 / kShorter + 1; ++round)
      expect_all_freed(GetParam(), workers, [](Scheduler& scheduler, Fates& fates) {
        post_one(scheduler, fates);
        post(scheduler, [&] { scheduler.stop(); });
        EXPECT_THROW(scheduler.run([](Scheduler& s, Fates& f) -> Task<void> {
          co_await blocking([&s, &f] {
            for (int i = 0; i < 100; ++i) post_one(s, f);
          });
          co_await sleep_for(1h);
        }(scheduler, fates)),
                     StoppedError);
        for (int i = 0; i < 5; ++i) {
          try {
            scheduler.run([](Scheduler& s) -> Task<void> {
              TaskGroup group(s);
              for (int k = 0; k < 20; ++k) {
                co_await outside_until(s.now());
                group.spawn(nothing());
              }
              co_await group.join();
            }(scheduler));
          } catch (const StoppedError&) {
          }
        }
      });
}

// ---- Frames ---------------------------------------------------------------------------------

#if LOOPSTEAL_FRAME_POOL

Task<void> tree(Scheduler& scheduler, int depth) {
  if (depth == 0) co_return;
  TaskGroup group(scheduler);
  for (int i = 0; i < 3; ++i) group.spawn(tree(scheduler, depth - 1));
  co_await group.join();
}

class Frames : public Laws {};
LOOPSTEAL_LAWS(Frames, default_specs_everywhere);

TEST_P(Frames, ThousandsOfRunsLoseNoneAndTakeNoMoreMemory) {
  constexpr int kRuns = 2'000 / kShorter;
  const std::uint64_t frames = frame_pool::frames_in_use();
  std::uint64_t slabs = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto scheduler = make(GetParam(), 2);
    run(*scheduler, tree(*scheduler, 3));
    if (i == kRuns / 10) slabs = frame_pool::slabs_allocated();
  }
  EXPECT_EQ(frame_pool::frames_in_use(), frames);
  // Which worker frees what differs from run to run, and each may keep two magazines of each size.
  EXPECT_LE(frame_pool::slabs_allocated(), slabs + 20);
}

#endif

}  // namespace
}  // namespace loopsteal::laws
