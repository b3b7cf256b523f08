// N workers, one FIFO queue, one lock: the control that shows what sharing costs, and the optimal
// order of a first-come-first-served pool.
#pragma once
#include <mutex>
#include <optional>
#include <vector>

#include "sched/contract.hpp"
#include "sched/policy/parts/driver.hpp"
#include "sched/policy/shared_queue/options.hpp"

namespace loopsteal {

template <Machine M>
class SharedQueue final : public PolicyDefaults {
 public:
  using Options = SharedQueueOptions;
  static constexpr Reactors kReactors = Reactors::shared;

  SharedQueue(M& machine, const Options& options, std::uint64_t /*seed*/)
      : machine_(machine),
        options_(options),
        driver_(machine, options.timer_granularity),
        mutex_(machine),
        workers_(machine.workers()) {
    sleepers_.reserve(machine.workers());
  }

  void begin_run() noexcept {
    for (Worker& worker : workers_) worker = Worker{};
    driver_.release();
    // A blocking call that outlived a stopped run may make its job ready at this very moment.
    const std::lock_guard lock(mutex_);
    sleepers_.clear();
  }

  [[nodiscard]] bool may_leave(WorkerId) const noexcept { return true; }
  [[nodiscard]] bool conserves_work() const noexcept { return true; }
  [[nodiscard]] std::optional<TimePoint> next_timer() const noexcept override {
    return driver_.next_timer();
  }

  [[nodiscard]] std::size_t queue_depth(WorkerId) const noexcept {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  void submit(Job& job, ReadyCause cause) noexcept {
    const WorkerId here = machine_.current();
    machine_.made_ready(here, job, cause);
    charge_anywhere(machine_, here, Op::push_remote);
    push(job);
  }

  /// Appends all jobs that are ready. While no worker runs.
  void take_ready(JobQueue& left) noexcept {
    const std::lock_guard lock(mutex_);
    left.splice_back(queue_);
  }

  bool submit_at(Timer& timer) noexcept { return driver_.submit_at(timer); }
  bool cancel(Timer& timer) noexcept { return driver_.cancel(timer); }

  [[nodiscard]] Step step(WorkerId w) noexcept {
    Worker& worker = workers_[w];
    if (worker.asleep) [[unlikely]]
      wake(w, worker);
    if (++worker.tick % options_.event_interval == 0) [[unlikely]]
      poll_driver(w);
    if (Job* const job = pop()) {
      machine_.charge(w, Op::pop_remote, 1);
      return Step::run(*job);
    }
    return out_of_work(w, worker);
  }

 private:
  struct alignas(64) Worker {
    std::uint32_t tick = 0;
    bool asleep = false;  ///< In sleepers_, unless the worker or thread that woke it took it out.
    bool holds_driver = false;
  };

  void push(Job& job) noexcept {
    WorkerId sleeper = kNoWorker;
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(job);
      if (!sleepers_.empty()) {
        sleeper = sleepers_.back();  // The latest to fall asleep has the warmest caches.
        sleepers_.pop_back();
      }
    }
    if (sleeper != kNoWorker) machine_.unpark(sleeper);
  }

  [[nodiscard]] Job* pop() noexcept {
    const std::lock_guard lock(mutex_);
    return queue_.pop_front();
  }

  /// Looks at timers and I/O, if no other worker holds the driver.
  [[gnu::noinline]] bool poll_driver(WorkerId w) noexcept {
    if (!driver_.try_acquire(w)) return false;
    JobQueue ready;
    driver_.poll(w, ready);
    driver_.release();
    const bool found = !ready.empty();
    while (Job* const job = ready.pop_front()) push(*job);
    return found;
  }

  [[gnu::noinline]] Step out_of_work(WorkerId w, Worker& worker) noexcept {
    if (poll_driver(w) || machine_.finishing()) return Step::look_again();
    {
      // The queue is looked at once more under the lock under which submit() looks for sleepers, so
      // no job is pushed unseen.
      const std::lock_guard lock(mutex_);
      if (!queue_.empty()) return Step::look_again();
      sleepers_.push_back(w);
      worker.asleep = true;
    }
    worker.holds_driver = driver_.try_acquire(w);
    return worker.holds_driver ? Step::park_in_driver(driver_.next_deadline())
                               : Step::park(kForever);
  }

  [[gnu::noinline]] void wake(WorkerId w, Worker& worker) noexcept {
    {
      const std::lock_guard lock(mutex_);
      std::erase(sleepers_, w);  // Not there if a submit() woke it.
    }
    worker.asleep = false;
    if (!worker.holds_driver) return;
    worker.holds_driver = false;
    JobQueue ready;
    driver_.poll(w, ready);
    driver_.release();
    while (Job* const job = ready.pop_front()) push(*job);
  }

  M& machine_;
  const Options options_;
  Driver<M> driver_;
  mutable typename M::Mutex mutex_;
  JobQueue queue_;                  // Under mutex_.
  std::vector<WorkerId> sleepers_;  // Under mutex_.
  std::vector<Worker> workers_;     // Each its worker's alone.
};

}  // namespace loopsteal
