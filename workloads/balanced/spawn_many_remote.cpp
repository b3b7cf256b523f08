// Tokio's three benchmarks spawn_many_remote_*: a thread that is no worker spawns many empty tasks,
// and a task waits for them. They differ in the load of the workers meanwhile:
//
//   idle   none: each spawn may have to wake a worker.
//   busy1  some tasks per worker stall for 10 us and yield, again and again.
//   busy2  one task per worker stalls for 10 us and starts its own successor, again and again. A
//          scheduler that runs the newest job first, without a limit, never runs the spawned tasks
//          (Tokio 1.24 does not run them). So the busy tasks give up after `patience` of stalling,
//          and the answer then counts as wrong.
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/chain.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/stall.hpp"
#include "workloads/support/tally.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

struct RemoteSpawnOptions {
  std::uint32_t spawns = 10'000;
  std::uint32_t rounds = 1;
  std::uint32_t busy = 0;  ///< Busy tasks per worker.
  Duration task_work = kEmptyTaskWork;
  Duration stall = std::chrono::microseconds(10);
  StallBy stall_by = StallBy::work;
  Duration patience = std::chrono::seconds(10);
};
using Options = RemoteSpawnOptions;

constexpr Knob<Options> kSpawns = knob<&Options::spawns, Range{1, 10'000'000}>(
    "spawns", "Empty tasks spawned from outside in a round.", "Tokio's bench: 10000");
constexpr Knob<Options> kRounds = knob<&Options::rounds, Range{1, 1'000'000}>(
    "rounds", "Rounds, one after the other.", "ours: long enough to measure");
constexpr Knob<Options> kBusy = knob<&Options::busy, Range{1, 1'000}>(
    "busy", "Busy tasks for each worker.", "Tokio's bench: 2 in busy1, 1 in busy2");
constexpr Knob<Options> kStall = knob<&Options::stall, Range{1, 1'000'000'000}>(
    "stall", "Length of one stall of a busy task.", "Tokio's bench: 10us");
constexpr Named<StallBy> kStalls[] = {{"work", StallBy::work}, {"clock", StallBy::clock}};
constexpr Knob<Options> kStallBy = knob<&Options::stall_by, kStalls>(
    "stall_by", "Whether it burns CPU time, or waits for the clock and offers its CPU meanwhile.",
    "ours; Tokio's bench: clock");
constexpr Knob<Options> kPatience = knob<&Options::patience, Range{0, kHourNs}>(
    "patience", "Total stall after which a chain of busy tasks gives up.",
    "ours: Tokio's benchmark waits for ever");

constexpr std::int64_t kMostBurns = 1'000'000;  // During one task's work.

constexpr Knob<Options> kTaskWork = task_work_knob<&Options::task_work>();

constexpr Knob<Options> kIdleKnobs[] = {kSpawns, kRounds, kTaskWork};
constexpr Knob<Options> kBusy1Knobs[] = {kSpawns, kRounds, kBusy, kStall, kStallBy, kTaskWork};
constexpr Knob<Options> kBusy2Knobs[] = {kSpawns,  kRounds,   kBusy,    kStall,
                                         kStallBy, kPatience, kTaskWork};

// Spawns tasks from a thread of the blocking pool.
struct SpawnFromOutside {
  TaskGroup* tasks;
  Tally* tally;
  std::uint32_t spawns;
  Work work;

  void operator()() const {
    for (std::uint32_t i = 0; i < spawns; ++i) tasks->spawn(note_run((*tally)[i], work));
  }
};

Task<void> spawn_rounds(Scheduler& scheduler, const Options& options, Tally& tally) {
  TaskGroup tasks(scheduler);
  for (std::uint32_t round = 0; round < options.rounds; ++round) {
    co_await blocking(
        SpawnFromOutside{&tasks, &tally, options.spawns, to_account(scheduler, options.task_work)});
    co_await tasks.join();
  }
}

class SpawnManyRemote : public Workload {
 public:
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;
  using Options = RemoteSpawnOptions;

  SpawnManyRemote(const Options& options, const WorkloadSetup& setup)
      : options_(options), busy_tasks_(setup.workers * options.busy), tally_(options.spawns) {}

  WorkloadResult result() override {
    return {.tasks = std::uint64_t{options_.spawns} * options_.rounds,
            .answer = tally_.total(),
            .answer_ok = tally_.each_ran(options_.rounds) && !gave_up(),
            .samples = {}};
  }

 protected:
  // relaxed, here and below: the flags order nothing else; a task that reads them late burns once
  // more.
  [[nodiscard]] bool stopped() const noexcept { return stop_.load(std::memory_order_relaxed); }
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool gave_up() const noexcept { return gave_up_.load(std::memory_order_relaxed); }
  void give_up() noexcept { gave_up_.store(true, std::memory_order_relaxed); }

  [[nodiscard]] bool stalls_by_clock(const Scheduler& scheduler) const noexcept {
    return options_.stall_by == StallBy::clock && !scheduler.virtual_time();
  }

  const Options options_;
  const std::uint32_t busy_tasks_;
  Tally tally_;

 private:
  std::atomic<bool> stop_{false};
  std::atomic<bool> gave_up_{false};
};

class SpawnManyRemoteIdle final : public SpawnManyRemote {
 public:
  static constexpr std::string_view kName = "spawn_many_remote_idle";
  static constexpr std::string_view kQuestion =
      "What does it cost to start tasks from a thread that is no worker, on idle workers?";
  using SpawnManyRemote::SpawnManyRemote;

  static Options defaults(Size size) { return {.rounds = size == Size::small ? 1u : 50u}; }
  static std::span<const Knob<Options>> knobs() { return kIdleKnobs; }

  Task<void> root(Scheduler& scheduler) override {
    return spawn_rounds(scheduler, options_, tally_);
  }
};

class SpawnManyRemoteBusy1 final : public SpawnManyRemote {
 public:
  static constexpr std::string_view kName = "spawn_many_remote_busy1";
  static constexpr std::string_view kQuestion =
      "Do tasks started from outside get their turn among tasks that burn and yield?";
  using SpawnManyRemote::SpawnManyRemote;

  static Options defaults(Size size) {
    if (size == Size::small) return {.spawns = 1'000, .rounds = 1, .busy = 2};
    return {.rounds = 50, .busy = 2};
  }
  static std::span<const Knob<Options>> knobs() { return kBusy1Knobs; }

  // In virtual time each burn is an event: an hour of work has 360 million burns of 10 us.
  static void check(const Spec& spec) {
    Options options = defaults(Size::small);
    apply(options, knobs(), spec);
    if (options.task_work / options.stall <= kMostBurns) return;
    throw SpecError(std::string(kName) + ": the busy tasks would burn for " +
                    print_duration(options.stall) + " more than a million times while one task " +
                    "works for " + print_duration(options.task_work) +
                    "; take less task_work or a longer stall.");
  }

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup burners(scheduler);
    for (std::uint32_t i = 0; i < busy_tasks_; ++i) burners.spawn(burn_and_yield(scheduler));
    co_await spawn_rounds(scheduler, options_, tally_);
    stop();
    co_await burners.join();
  }

 private:
  Task<void> burn_and_yield(Scheduler& scheduler) {
    while (!stopped()) {
      co_await yield();
      if (stalls_by_clock(scheduler)) {
        stall_by_clock(scheduler, options_.stall);
      } else {
        co_await compute(Work::of(options_.stall));
      }
    }
  }
};

class SpawnManyRemoteBusy2 final : public SpawnManyRemote {
 public:
  static constexpr std::string_view kName = "spawn_many_remote_busy2";
  static constexpr std::string_view kQuestion =
      "Do tasks started from outside get their turn among tasks that restart themselves?";
  using SpawnManyRemote::SpawnManyRemote;

  static Options defaults(Size size) {
    if (size == Size::small) return {.spawns = 50, .rounds = 1, .busy = 1};
    return {.spawns = 1'000, .rounds = 5, .busy = 1};
  }
  static std::span<const Knob<Options>> knobs() { return kBusy2Knobs; }

  Task<void> root(Scheduler& scheduler) override {
    std::vector<std::unique_ptr<Chain>> chains;
    for (std::uint32_t i = 0; i < busy_tasks_; ++i) {
      chains.push_back(std::make_unique<Chain>(scheduler));
      chains.back()->tasks.spawn(burn_and_restart(scheduler, *chains.back(), options_.patience));
    }
    co_await spawn_rounds(scheduler, options_, tally_);
    stop();
    for (const std::unique_ptr<Chain>& chain : chains) {
      co_await chain->ended.wait();
      co_await chain->tasks.join();
    }
  }

 private:
  Task<void> burn_and_restart(Scheduler& scheduler, Chain& chain, Duration patience) {
    if (patience <= Duration::zero()) give_up();
    if (stopped() || gave_up()) {
      chain.ended.set();
      co_return;
    }
    if (stalls_by_clock(scheduler)) {
      stall_by_clock(scheduler, options_.stall);
    } else {
      co_await compute(Work::of(options_.stall));
    }
    chain.tasks.spawn(burn_and_restart(scheduler, chain, patience - options_.stall));
  }
};

}  // namespace

WorkloadInfo spawn_many_remote_idle_entry() { return workload_info<SpawnManyRemoteIdle>(); }
WorkloadInfo spawn_many_remote_busy1_entry() { return workload_info<SpawnManyRemoteBusy1>(); }
WorkloadInfo spawn_many_remote_busy2_entry() { return workload_info<SpawnManyRemoteBusy2>(); }

}  // namespace loopsteal
