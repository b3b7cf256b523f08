// A consumer's own workload on loopsteal's schedulers, and loopsteal's workloads on the
// consumer's own scheduler. Exit status 0 if every answer is right.
#include <cstdio>
#include <stdexcept>
#include <string>

#include "sched/catalog.hpp"
#include "sched/core/coro/spawn.hpp"
#include "sched/core/coro/verbs.hpp"
#include "stack_scheduler.hpp"
#include "workloads/catalog.hpp"

namespace consumer {

using namespace loopsteal;
using namespace std::chrono_literals;

static int failures = 0;

static void expect(bool holds, const std::string& what) {
  if (holds) return;
  std::printf("FAILED: %s\n", what.c_str());
  ++failures;
}

// The consumer's workload: visits a tree, rests at its leaves, adds up their numbers.
static Task<long> sum_tree(Scheduler& scheduler, long first, long last) {
  if (last - first == 1) {
    co_await sleep_for(1us);
    co_await compute(Work::of(1us));
    co_return first;
  }
  const long middle = (first + last) / 2;
  Fork<long> left(scheduler, sum_tree(scheduler, first, middle));
  const long right = co_await sum_tree(scheduler, middle, last);
  const long sum = co_await left.join();
  co_return sum + right;
}

static Task<void> sum_to(Scheduler& scheduler, long last, long& answer) {
  answer = co_await sum_tree(scheduler, 0, last);
}

static void run_own_workload(Scheduler& scheduler) {
  const std::string name(scheduler.name());
  for (int repetition = 0; repetition < 2; ++repetition) {
    long answer = 0;
    const Measurement measurement = scheduler.run(sum_to(scheduler, 200, answer));
    expect(answer == 199 * 200 / 2, name + ": sum_tree gave " + std::to_string(answer));
    expect(measurement.makespan > 0ns, name + ": no time passed");
  }
}

static Task<void> fail() {
  co_await yield();
  throw std::runtime_error("told to");
}

static void exceptions_arrive(Scheduler& scheduler) {
  try {
    scheduler.run(fail());
    expect(false, "an exception was swallowed");
  } catch (const std::runtime_error& error) {
    expect(std::string(error.what()) == "told to", "another exception came out");
  }
}

static void run_on_every_scheduler() {
  for (const SchedulerInfo& info : schedulers()) {
    const Spec spec = parse_spec(info.name);
    run_own_workload(*make_scheduler(spec, {.workers = 2}));
  }
}

static void run_workload_of_the_catalog(Scheduler& scheduler, const char* name) {
  const auto workload = make_workload(parse_spec(name), {.workers = scheduler.workers()});
  scheduler.run(workload->root(scheduler));
  const WorkloadResult result = workload->result();
  expect(result.answer_ok, std::string(name) + " gave " + std::to_string(result.answer));
  expect(result.tasks > 0, std::string(name) + " did nothing");
}

}  // namespace consumer

int main() {
  consumer::StackScheduler stack;
  consumer::run_own_workload(stack);
  consumer::exceptions_arrive(stack);
  consumer::run_on_every_scheduler();
  for (const char* name : {"fork_join", "skynet", "uts", "nqueens", "timers", "hot_shard"})
    consumer::run_workload_of_the_catalog(stack, name);
  if (consumer::failures == 0) std::printf("consumer: all answers are right\n");
  return consumer::failures == 0 ? 0 : 1;
}
