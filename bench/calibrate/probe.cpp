#include "bench/calibrate/probe.hpp"

#include <chrono>
#include <deque>

#include <fmt/format.h>

#include "bench/measure/numbers.hpp"
#include "sched/catalog.hpp"
#include "sched/core/callback.hpp"
#include "sched/core/event.hpp"
#include "sched/core/spawn.hpp"
#include "sched/core/task_group.hpp"
#include "sched/core/verbs.hpp"

namespace loopsteal {
namespace {

// More than the nearest cache is kind to.
constexpr std::uint32_t kYielders = 256;
constexpr std::uint32_t kTasks = 64;
constexpr std::uint32_t kGroup = 16;

Task<void> yield_often(std::uint32_t times) {
  for (std::uint32_t i = 0; i < times; ++i) co_await yield();
}

Task<void> yield_to_each_other(Scheduler& scheduler, std::uint32_t times) {
  TaskGroup group(scheduler);
  for (std::uint32_t i = 0; i < kYielders; ++i) group.spawn(yield_often(times));
  co_await group.join();
}

Task<void> do_nothing() { co_return; }

Task<void> spawn_groups(Scheduler& scheduler, std::uint32_t rounds, std::uint32_t tasks) {
  TaskGroup group(scheduler);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (std::uint32_t i = 0; i < tasks; ++i) group.spawn(do_nothing());
    co_await group.join();
  }
}

// What the links of a chain share; see workloads/support/chain.hpp for why they may.
struct Links {
  explicit Links(Scheduler& scheduler) : tasks(scheduler) {}
  TaskGroup tasks;
  Event ended;
};

Task<void> link(Links& links, std::uint32_t left) {
  if (left == 0) {
    links.ended.set();
    co_return;
  }
  links.tasks.spawn(link(links, left - 1), (left - 1) % 2);
}

Task<void> chain(Scheduler& scheduler, std::uint32_t length) {
  Links links(scheduler);
  links.tasks.spawn(link(links, length), length % 2);
  co_await links.ended.wait();
  co_await links.tasks.join();
}

struct Nothing {
  void operator()() const noexcept {}
};

Task<void> set_and_cancel(Scheduler& scheduler, std::uint32_t rounds) {
  const TimePoint far = scheduler.now() + std::chrono::hours(1);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::deque<TimedCallback> callbacks;
    for (std::uint32_t i = 0; i < kTasks; ++i) callbacks.emplace_back(scheduler, far, Nothing{});
    for (TimedCallback& each : callbacks) each.cancel();
    co_await yield();
  }
}

Task<void> sleep_in_the_past(const std::uint32_t& yields_left) {
  while (yields_left > 0) co_await sleep_until(TimePoint{});
}

// Whoever yields keeps the workers from going to sleep, so that all that passes is work.
Task<void> sleep_and_yield(Scheduler& scheduler, std::uint32_t times) {
  TaskGroup group(scheduler);
  std::uint32_t left = times;
  for (std::uint32_t i = 0; i < kTasks; ++i) group.spawn(sleep_in_the_past(left));
  for (; left > 0; --left) co_await yield();
  co_await group.join();
}

Task<void> wait_for_io() { co_await io(std::chrono::hours(1)); }

Task<void> yield_beside_io(Scheduler& scheduler, std::uint32_t times) {
  const JoinHandle<void> waiting = spawn(scheduler, wait_for_io());
  for (std::uint32_t i = 0; i < times; ++i) co_await yield();
  waiting.cancel();
  try {
    co_await waiting.join();
  } catch (const Cancelled&) {
  }
}

Task<void> burn(Work work) { co_await compute(work); }

Task<void> burn_all(Scheduler& scheduler, std::uint32_t tasks, Work work) {
  TaskGroup group(scheduler);
  for (std::uint32_t i = 0; i < tasks; ++i) group.spawn(burn(work));
  co_await group.join();
}

Task<void> program_of(const Probe& probe, Scheduler& scheduler) {
  switch (probe.kind) {
    case ProbeKind::yields:
      return yield_to_each_other(scheduler, probe.size);
    case ProbeKind::lone_yields:
      return yield_often(probe.size);
    case ProbeKind::spawns:
      return spawn_groups(scheduler, probe.size, kGroup);
    case ProbeKind::many_spawns:
      return spawn_groups(scheduler, 2, probe.size);
    case ProbeKind::chain:
    case ProbeKind::handovers:
      return chain(scheduler, probe.size);
    case ProbeKind::time_outs:
      return set_and_cancel(scheduler, probe.size);
    case ProbeKind::sleeps:
      return sleep_and_yield(scheduler, probe.size);
    case ProbeKind::polls:
      return yield_beside_io(scheduler, probe.size);
    case ProbeKind::small_pieces:
      return burn_all(scheduler, probe.size, kPieceWork);
  }
  return do_nothing();
}

std::string_view name_of(ProbeKind kind) {
  switch (kind) {
    case ProbeKind::yields:
      return "yields";
    case ProbeKind::lone_yields:
      return "lone yields";
    case ProbeKind::spawns:
      return "spawns";
    case ProbeKind::many_spawns:
      return "many spawns at once";
    case ProbeKind::chain:
      return "a chain of spawns";
    case ProbeKind::time_outs:
      return "cancelled time-outs";
    case ProbeKind::sleeps:
      return "sleeps that are over";
    case ProbeKind::polls:
      return "yields beside I/O";
    case ProbeKind::handovers:
      return "handovers";
    case ProbeKind::small_pieces:
      return "small pieces";
  }
  return "";
}

Measurement run(const Probe& probe, const SchedulerSetup& setup) {
  const std::unique_ptr<Scheduler> scheduler = make_scheduler(parse_spec(probe.scheduler), setup);
  return scheduler->run(program_of(probe, *scheduler));
}

}  // namespace

std::string Probe::name() const {
  return fmt::format("{} on {}, {}", name_of(kind), scheduler, counted(workers, "worker"));
}

std::uint64_t Probe::tasks() const noexcept {
  switch (kind) {
    case ProbeKind::spawns:
      return std::uint64_t{size} * kGroup;
    case ProbeKind::many_spawns:
      return std::uint64_t{size} * 2;
    case ProbeKind::chain:
    case ProbeKind::handovers:
      return size;
    case ProbeKind::small_pieces:
      return size;
    default:
      return 0;
  }
}

std::uint64_t Probe::callbacks() const noexcept {
  return kind == ProbeKind::time_outs ? std::uint64_t{size} * kTasks : 0;
}

std::uint64_t Probe::pieces() const noexcept { return kind == ProbeKind::small_pieces ? size : 0; }

Measurement run_on_threads(const Probe& probe) { return run(probe, {.workers = probe.workers}); }

Measurement run_in_virtual_time(const Probe& probe, const CostModel& costs) {
  return run(probe, {.machine = "sim", .workers = probe.workers, .sim = {.costs = costs}});
}

}  // namespace loopsteal
