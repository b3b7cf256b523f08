// oneTBB's task arena behind the Scheduler interface: a foreign scheduler, for comparison.
//
// Each job becomes a task of oneTBB that resumes it; the library decides which job runs where and
// when. There are two doors (onetbb_options.hpp), and every result names its door. Through
// `task_group`, a job that a worker makes ready goes to that worker's own deque. A job that yields,
// or that is made ready outside the workers, goes through arena.enqueue, since the deque's owner
// takes the newest job first and a yielding job would come back at once. Through `enqueue`, all
// jobs go there.
//
// The arena has exactly N worker threads, and run() waits outside it. A service thread waits for
// timers and I/O. It is one thread more, runs no job and sleeps while no task waits for them.
// Blocking calls have the same pool as with our own schedulers.
//
// Measurements that the library does not expose stay zero: busy, searching and parked time, steals,
// parks, pops. Recorded are the jobs run by each worker, those run where they were made ready, the
// pushes by door, and timers inserted and cancelled by workers.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/one_run.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/machine/threads/blocking_pool.hpp"
#include "sched/machine/threads/outside_thread.hpp"
#include "sched/onetbb/onetbb_options.hpp"
#include "sched/onetbb/service_thread.hpp"

namespace loopsteal {

/// Several such schedulers can exist, but only one run() may be under way in a process: oneTBB
/// limits its threads for the whole process.
///
/// stop() ends a run like an event loop's: queued jobs run once more, and the jobs that they make
/// ready are kept for the next run.
class OneTbbScheduler final : public Scheduler {
 public:
  using Options = OneTbbOptions;

  /// Throws std::system_error if threads or descriptors cannot be created.
  OneTbbScheduler(std::string name, WorkerId workers, const OneTbbOptions& options);
  ~OneTbbScheduler() override;

  void submit(Job& job, ReadyCause cause) noexcept override;
  bool submit_at(Timer& timer) noexcept override;
  bool cancel(Timer& timer) noexcept override;
  bool compute(Job& job, Work work) noexcept override;
  void block(BlockingCall& call) noexcept override;
  bool start_io(Timer& request) noexcept override;
  bool cancel_io(Timer& request) noexcept override;
  bool watch(DescriptorWait& wait) noexcept override;
  bool unwatch(DescriptorWait& wait) noexcept override;
  bool wait_outside(OutsideWait& wait) noexcept override;
  [[nodiscard]] TimePoint now() const noexcept override;

  /// In addition to the exceptions of Scheduler: std::system_error if oneTBB does not provide the
  /// requested workers (another limit in the process, or its own: 256 by default), and
  /// std::logic_error while another of these schedulers runs.
  Measurement run(Task<void> root) override;
  Measurement run_until_stopped() override;
  void stop() noexcept override;
  void abandon_ready() noexcept override;

  [[nodiscard]] WorkerId workers() const noexcept override { return workers_; }

 private:
  struct Arena;  // oneTBB's objects; their headers stay inside.
  struct Root;
  struct RunJob;

  /// Counts of the worker in one slot of the arena, over all runs. Each has one writer at a time;
  /// they are atomic because run() reads them while workers run.
  struct alignas(128) Slot {
    std::atomic<std::uint64_t> pushed_local{0};
    std::atomic<std::uint64_t> pushed_shared{0};
    std::atomic<std::uint64_t> run{0};
    std::atomic<std::uint64_t> run_local{0};
    std::atomic<std::uint64_t> timers_inserted{0};
    std::atomic<std::uint64_t> timers_cancelled{0};
  };

  void run_job(Job& job) noexcept;
  void submit_outside(Job& job) noexcept;
  [[nodiscard]] bool keep_if_closed(Job& job) noexcept;
  [[nodiscard]] Slot* current_slot() const noexcept;

  Measurement drive(Root* root);
  void begin(Root* root);
  void await_end();
  void finish() noexcept;
  [[nodiscard]] bool quiet() const noexcept;
  [[nodiscard]] std::vector<WorkerStats> counts() const;
  [[nodiscard]] Measurement difference(const std::vector<WorkerStats>& before) const;
  void drop_ended_roots();

  static constexpr std::uint64_t kClosed = 1, kOneJob = 2;

  const WorkerId workers_;
  const Door door_;
  OneRun one_run_;
  const std::unique_ptr<Slot[]> slots_;
  std::vector<std::unique_ptr<Root>> roots_;
  const Root* awaited_ = nullptr;  ///< The root whose end is the end of the run.
  TimePoint started_at_{};         ///< Written by the worker that begins the root task.

  /// Read at each push: no run is under way, or it is ending. Written under the mutex.
  alignas(128) std::atomic<bool> closed_{true};
  /// Jobs that entered from outside the workers, times kOneJob, plus kClosed as above: one word, so
  /// that no job can enter after the end of a run.
  alignas(128) std::atomic<std::uint64_t> outside_{kClosed};

  std::mutex mutex_;  // Guards the members below.
  std::condition_variable ending_;
  bool stopping_ = false;
  TimePoint finished_at_{};
  JobQueue kept_;  ///< Made ready while no run took jobs; the next run begins with them.

  const std::unique_ptr<Arena> arena_;
  ServiceThread service_;
  BlockingPool pool_;
  OutsideThread outside_thread_;
};

}  // namespace loopsteal
