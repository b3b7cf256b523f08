// A policy on a StubMachine, with jobs that have numbers: a test cranks the workers by hand, and
// reads in which order the jobs ran.
#pragma once
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "sched/contract.hpp"
#include "tests/policy/stub_machine.hpp"

namespace loopsteal::testing {

/// Job lives in a coroutine's promise elsewhere; here it is all there is of the coroutine.
struct NumberedJob : Job {
  int number = 0;
  std::function<void()> body;  ///< What the job does each time it runs.
};

/// next() found nothing to run: the worker parks.
inline constexpr int kParks = -1;

template <template <class> class PolicyOn>
class Cranked {
 public:
  using P = PolicyOn<StubMachine>;
  static_assert(Policy<P>);
  using Options = typename P::Options;

  explicit Cranked(WorkerId workers, const Options& options = {}, std::uint64_t seed = 1)
      : machine(workers), policy(machine, options, seed) {
    machine.shared_reactor = P::kReactors == Reactors::shared;
    policy.begin_run();
  }

  NumberedJob& job(int number) {
    std::unique_ptr<NumberedJob>& place = jobs_[number];
    if (!place) {
      place = std::make_unique<NumberedJob>();
      place->number = number;
    }
    return *place;
  }

  /// What the job does when it runs: in `body`, current() is the worker that runs it.
  void on_run(int number, std::function<void()> body) { job(number).body = std::move(body); }

  /// By whoever is at work: a worker in the body of a job, else somebody outside.
  void submit(int number, ReadyCause cause = ReadyCause::spawned) {
    policy.submit(job(number), cause);
  }
  void submit_all(std::initializer_list<int> numbers) {
    for (const int number : numbers) submit(number);
  }
  void spawn_range(int first, int last) {
    for (int number = first; number <= last; ++number) submit(number);
  }

  /// Does something as `worker`, between its steps.
  void as(WorkerId worker, const std::function<void()>& action) {
    const WorkerId before = std::exchange(machine.worker, worker);
    action();
    machine.worker = before;
  }

  /// A timer that makes job `number` ready. The same whenever asked for.
  Timer& timer(int number) { return timers_[number]; }
  bool arm(int number, TimePoint deadline) {
    Timer& timer = timers_[number];
    timer.job = &job(number);
    timer.deadline = deadline;
    return policy.submit_at(timer);
  }

  /// The I/O of job `number` has finished, on the reactor of `worker`.
  void finish_io(int number, WorkerId worker = 0) {
    machine.finished[machine.shared_reactor ? 0 : worker].push_back(job(number));
  }

  /// One step of `worker`, and what the job it runs does.
  Step step(WorkerId worker) {
    const WorkerId before = std::exchange(machine.worker, worker);
    machine.tokens[worker] = false;
    const Step step = policy.step(worker);
    if (step.runs()) {
      auto& job = static_cast<NumberedJob&>(step.job());
      order.push_back(job.number);
      if (job.body) job.body();
    }
    machine.worker = before;
    return step;
  }

  /// Steps until `worker` has run a job, and returns its number, or kParks.
  int next(WorkerId worker) {
    for (int i = 0; i < 1'000; ++i) {
      const Step step = this->step(worker);
      if (step.runs()) return static_cast<NumberedJob&>(step.job()).number;
      if (step.parks()) return kParks;
    }
    ADD_FAILURE() << "worker " << worker << " looks again and again";
    return kParks;
  }

  /// The next `count` jobs of `worker`; kParks ends it.
  std::vector<int> next(WorkerId worker, int count) {
    std::vector<int> numbers;
    while (count-- > 0) {
      numbers.push_back(next(worker));
      if (numbers.back() == kParks) break;
    }
    return numbers;
  }

  /// Runs `worker` until it parks; the jobs it ran, in order.
  std::vector<int> run_until_parked(WorkerId worker = 0) {
    std::vector<int> numbers;
    for (int number; (number = next(worker)) != kParks;) {
      numbers.push_back(number);
      if (numbers.size() > 100'000) {
        ADD_FAILURE() << "worker " << worker << " does not come to an end";
        break;
      }
    }
    return numbers;
  }

  StubMachine machine;
  P policy;
  std::vector<int> order;  ///< The jobs that ran, on whichever worker.

 private:
  std::map<int, std::unique_ptr<NumberedJob>> jobs_;
  std::map<int, Timer> timers_;
};

/// first, first + 1, ... last.
inline std::vector<int> range(int first, int last) {
  std::vector<int> numbers;
  for (int number = first; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

/// One after the other.
inline std::vector<int> joined(std::initializer_list<std::vector<int>> parts) {
  std::vector<int> all;
  for (const std::vector<int>& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace loopsteal::testing
