#include "bench/calibrate/originals/micro_programs.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/statistics/quantile.hpp"
#include "sched/catalog.hpp"
#include "sched/core/assert.hpp"
#include "sched/core/callback.hpp"
#include "sched/core/channel.hpp"
#include "sched/core/event.hpp"
#include "sched/core/task_group.hpp"
#include "sched/core/verbs.hpp"

namespace loopsteal {
namespace {

constexpr Work kForkWork{400'000};

Task<void> yield_often(std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) co_await yield();
}

Task<void> yields(Scheduler& scheduler, std::uint64_t tasks, std::uint64_t times) {
  TaskGroup group(scheduler);
  for (std::uint64_t i = 0; i < tasks; ++i) group.spawn(yield_often(times));
  co_await group.join();
}

Task<void> piece(Work work) {
  if (work.ns > 0) co_await compute(work);
}

Task<void> pieces(Scheduler& scheduler, std::uint64_t tasks, std::uint64_t rounds, Work work) {
  TaskGroup group(scheduler);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (std::uint64_t i = 0; i < tasks; ++i) group.spawn(piece(work));
    co_await group.join();
  }
}

using Events = std::deque<Event>;  // They may not move.

Task<void> answer_each(Events& there, Events& back) {
  for (std::size_t i = 0; i < there.size(); ++i) {
    co_await there[i].wait();
    back[i].set();
  }
}

Task<void> set_each(Events& there, Events& back) {
  for (std::size_t i = 0; i < there.size(); ++i) {
    there[i].set();
    co_await back[i].wait();
  }
}

Task<void> events(Scheduler& scheduler, std::uint64_t couples, std::uint64_t times,
                  std::uint64_t rounds) {
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::deque<Events> all;
    TaskGroup group(scheduler);
    for (std::uint64_t i = 0; i < couples; ++i) {
      Events& there = all.emplace_back(times);
      Events& back = all.emplace_back(times);
      group.spawn(answer_each(there, back));
      group.spawn(set_each(there, back));
    }
    co_await group.join();
  }
}

using Numbers = Channel<std::uint64_t>;

Task<void> send_all(Numbers& to, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) co_await to.send(i);
  to.close();
}

Task<void> receive_all(Numbers& from) {
  while (true) {
    const std::optional<std::uint64_t> item = co_await from.receive();
    if (!item) co_return;
  }
}

Task<void> hops(Scheduler& scheduler, std::uint64_t capacity, std::uint64_t couples,
                std::uint64_t times) {
  std::deque<Numbers> channels;
  TaskGroup group(scheduler);
  for (std::uint64_t i = 0; i < couples; ++i) {
    Numbers& channel = channels.emplace_back(capacity);
    group.spawn(send_all(channel, times));
    group.spawn(receive_all(channel));
  }
  co_await group.join();
}

struct Nothing {
  void operator()() const noexcept {}
};

Task<void> time_outs(Scheduler& scheduler, std::uint64_t timers, std::uint64_t rounds) {
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::deque<TimedCallback> callbacks;
    const TimePoint far = scheduler.now() + std::chrono::hours(1);
    for (std::uint64_t i = 0; i < timers; ++i) callbacks.emplace_back(scheduler, far, Nothing{});
    for (TimedCallback& each : callbacks) each.cancel();
    co_await yield();
  }
}

Task<void> alarm(Scheduler& scheduler, Duration after) {
  co_await sleep_until(scheduler.now() + after);
}

Task<void> alarms(Scheduler& scheduler, std::uint64_t tasks, Duration after) {
  TaskGroup group(scheduler);
  for (std::uint64_t i = 0; i < tasks; ++i) group.spawn(alarm(scheduler, after));
  co_await group.join();
}

// Of 0.5 to 2 ms, so that they end anywhere between two ticks of a coarse clock.
Duration nap_of(std::uint64_t index) {
  return Duration(static_cast<std::int64_t>(500'000 + index * 7'919 % 1'500 * 1'000));
}

// By how much each is too long, in ns, goes to `late`.
Task<void> naps(Scheduler& scheduler, std::uint64_t times, std::vector<double>& late) {
  for (std::uint64_t i = 0; i < times; ++i) {
    const TimePoint due = scheduler.now() + nap_of(i);
    co_await sleep_until(due);
    late.push_back(static_cast<double>((scheduler.now() - due).count()));
  }
}

Task<void> forks(Scheduler& scheduler, std::uint64_t rounds) {
  TaskGroup group(scheduler);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    co_await compute(kForkWork);
    for (int i = 0; i < 2; ++i) group.spawn(piece(kForkWork));
    co_await group.join();
  }
}

Task<void> pokes(Scheduler& scheduler, std::uint64_t rounds, Work work) {
  TaskGroup group(scheduler);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (int i = 0; i < 2; ++i) group.spawn(piece(Work{}));
    co_await compute(work);
  }
  co_await group.join();
}

// Between two loops: each makes the other's task ready.
Task<void> hand_overs(Scheduler& scheduler, std::uint64_t times) {
  Events there(times);
  Events back(times);
  TaskGroup group(scheduler);
  group.spawn(answer_each(there, back), 1);
  group.spawn(set_each(there, back), 0);
  co_await group.join();
}

Task<void> program_of(const OriginalRun& micro, Scheduler& scheduler, std::vector<double>& late) {
  const std::string& name = micro.program;
  const auto at = [&micro](std::string_view key) { return micro.setting(key); };
  const auto ns = [&micro](std::string_view key) {
    return Work{static_cast<std::int64_t>(micro.setting(key))};
  };
  if (name == "yields") return yields(scheduler, at("tasks"), at("times"));
  if (name == "spawns") return pieces(scheduler, at("tasks"), at("rounds"), Work{});
  if (name == "pieces") return pieces(scheduler, at("tasks"), at("rounds"), ns("work"));
  if (name == "events") return events(scheduler, at("couples"), at("times"), at("rounds"));
  if (name == "hops") return hops(scheduler, at("capacity"), at("couples"), at("times"));
  if (name == "time_outs") return time_outs(scheduler, at("timers"), at("rounds"));
  if (name == "alarms") return alarms(scheduler, at("tasks"), Duration(ns("after").ns));
  if (name == "naps") return naps(scheduler, at("times"), late);
  if (name == "forks") return forks(scheduler, at("rounds"));
  if (name == "pokes") return pokes(scheduler, at("rounds"), ns("work"));
  if (name == "hand_overs") return hand_overs(scheduler, at("times"));
  LOOPSTEAL_CHECK(false, "a program of the originals that has no twin");
  return piece(Work{});
}

Measurement run(const OriginalRun& micro, const OriginalTarget& target, const CostModel& costs,
                std::vector<double>& late) {
  const std::string_view scheduler =
      micro.program == "hand_overs" ? target.two_loops : target.scheduler;
  const std::unique_ptr<Scheduler> made = make_scheduler(
      parse_spec(scheduler), {.machine = "sim", .workers = micro.workers, .sim = {.costs = costs}});
  return made->run(program_of(micro, *made, late));
}

}  // namespace

OwnCode own_code_of(const OriginalRun& micro) {
  const std::string& name = micro.program;
  const auto at = [&micro](std::string_view key) { return micro.setting(key); };
  if (name == "yields" || name == "alarms") return {.tasks = at("tasks")};
  if (name == "spawns") return {.tasks = at("tasks") * at("rounds")};
  if (name == "pieces") {
    const std::uint64_t tasks = at("tasks") * at("rounds");
    return {.tasks = tasks, .pieces = tasks};
  }
  if (name == "events") {
    const std::uint64_t tasks = 2 * at("couples") * at("rounds");
    return {.tasks = tasks, .events = tasks * at("times")};
  }
  if (name == "hops") return {.tasks = 2 * at("couples"), .hops = at("couples") * at("times")};
  return {};
}

bool has_twin(const OriginalRun& micro) {
  return micro.program != "posts" && micro.program != "injections";
}

std::optional<std::uint64_t> samples_of(const OriginalRun& micro) {
  if (micro.program == "posts") return micro.setting("rounds");
  for (const std::string_view timed : {"naps", "hand_overs", "injections"})
    if (micro.program == timed) return micro.setting("times");
  return std::nullopt;
}

Measurement micro_in_virtual_time(const OriginalRun& micro, const OriginalTarget& target,
                                  const CostModel& costs) {
  std::vector<double> late;
  return run(micro, target, costs, late);
}

double ns_in_virtual_time(const OriginalRun& micro, const OriginalTarget& target,
                          const CostModel& costs) {
  std::vector<double> late;
  const Measurement measured = run(micro, target, costs, late);
  if (late.empty()) return static_cast<double>(measured.makespan.count());
  return median(late) * static_cast<double>(late.size());
}

}  // namespace loopsteal
