#include "sched/onetbb/onetbb_scheduler.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include <oneapi/tbb/global_control.h>

#include "sched/core/coro/left_jobs.hpp"
#include "sched/core/coro/transfer.hpp"
#include "sched/machine/threads/burn.hpp"
#include "sched/machine/threads/clock.hpp"
#include "sched/onetbb/arena.hpp"
#include "sched/onetbb/start_barrier.hpp"
#include "sched/onetbb/tsan.hpp"

namespace loopsteal {
namespace {

/// Worker and scheduler of the calling thread while it runs a job. A thread-local of our own, since
/// asking oneTBB is a call into the library.
struct ThisWorker {
  const OneTbbScheduler* scheduler = nullptr;
  WorkerId id = kNoWorker;
};
constinit thread_local ThisWorker this_worker;

constinit OneRun one_run_of_process;

// Not fetch_add: the counters of a slot have one writer at a time, and oneTBB orders successive
// writers. relaxed: read() and quiet() say what they need.
void count(std::atomic<std::uint64_t>& counter) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

std::uint64_t read(const std::atomic<std::uint64_t>& counter) noexcept {
  return counter.load(std::memory_order_relaxed);  // Between runs; begin() and quiet() order it.
}

}  // namespace

/// Task of oneTBB that runs a job.
struct OneTbbScheduler::RunJob {
  OneTbbScheduler* scheduler;
  Job* job;
  // The library has copied this object from thread to thread, unseen by TSan.
  LOOPSTEAL_TSAN_UNSEEN void operator()() const noexcept {
    tsan::taken_over(job);
    scheduler->run_job(*job);
  }
};

/// A root task and its result. It outlives a run that stop() ended early.
struct OneTbbScheduler::Root final : Completion {
  Root(OneTbbScheduler& owner, Task<void> root)
      : scheduler(owner), task(timed(owner, std::move(root))) {
    task.promise().scheduler = &scheduler;
    task.promise().completion = this;
  }
  static Task<void> timed(OneTbbScheduler& scheduler, Task<void> root) {
    scheduler.started_at_ = scheduler.now();
    co_await std::move(root);
  }
  // The worker is still in the frame's final suspension: run() waits until it has left it
  // (quiet()).
  void complete(PromiseBase&) noexcept override {
    ended = true;
    // A root that an earlier run left behind does not end another run.
    if (scheduler.awaited_ == this) scheduler.finish();
  }
  void fail(std::exception_ptr escaped) noexcept override { error = std::move(escaped); }

  OneTbbScheduler& scheduler;
  Task<void> task;
  bool ended = false;  ///< Written by a worker, read once all is quiet.
  std::exception_ptr error;
};

OneTbbScheduler::OneTbbScheduler(std::string name, WorkerId workers, const OneTbbOptions& options)
    : Scheduler(std::move(name)),
      workers_(workers),
      door_(options.door),
      slots_(std::make_unique<Slot[]>(workers)),
      arena_(std::make_unique<Arena>(workers)),
      service_(options.timer_granularity,
               [this](Job& job, ReadyCause cause) { submit(job, cause); }),
      pool_(options.blocking_threads, [this](Job& job) { submit(job, ReadyCause::unblocked); }) {
  calibrate_burn();
}

OneTbbScheduler::~OneTbbScheduler() {
  one_run_.check_none();
  outside_thread_.end(), pool_.end(), service_.end();  // They submit until they end.
  for (abandon_ready(); !roots_.empty(); abandon_ready()) roots_.pop_back();  // As in runtime.hpp.
}

void OneTbbScheduler::abandon_ready() noexcept {
  detail::free_callbacks([this](JobQueue& left) {
    const std::lock_guard lock(mutex_);
    left.splice_back(kept_);
  });
}

// ---- Making ready and running -------------------------------------------------------------------

OneTbbScheduler::Slot* OneTbbScheduler::current_slot() const noexcept {
  return this_worker.scheduler == this ? &slots_[this_worker.id] : nullptr;
}

void OneTbbScheduler::submit(Job& job, ReadyCause cause) noexcept {
  job.cause = cause;
  Slot* const here = current_slot();
  if (here == nullptr) {
    job.ready_on = kNoWorker;
    return submit_outside(job);
  }
  job.ready_on = this_worker.id;
  // relaxed: if the run ends meanwhile, the job still runs in it, since the run waits for the job
  // that calls this.
  if (closed_.load(std::memory_order_relaxed)) [[unlikely]]
    if (keep_if_closed(job)) return;
  tsan::handed_over(&job);
  // Counted before the push; otherwise quiet() could see it run first.
  if (door_ == Door::task_group && cause != ReadyCause::yielded) {
    count(here->pushed_local);
    arena_->group.run(RunJob{this, &job});
  } else {
    count(here->pushed_shared);
    arena_->arena.enqueue(RunJob{this, &job});
  }
}

void OneTbbScheduler::submit_outside(Job& job) noexcept {
  // acq_rel: pairs with begin() and finish(). Either the gate is open and the run cannot end
  // without this job, or it is closed and the next run begins with the job.
  while ((outside_.fetch_add(kOneJob, std::memory_order_acq_rel) & kClosed) != 0) {
    outside_.fetch_sub(kOneJob, std::memory_order_relaxed);  // Undone; quiet() looks again.
    if (keep_if_closed(job)) return;
  }
  tsan::handed_over(&job);
  arena_->arena.enqueue(RunJob{this, &job});
}

/// False: the next run has begun meanwhile.
bool OneTbbScheduler::keep_if_closed(Job& job) noexcept {
  const std::lock_guard lock(mutex_);
  if (!closed_.load(std::memory_order_relaxed)) return false;  // Written under the mutex.
  kept_.push_back(job);
  return true;
}

void OneTbbScheduler::run_job(Job& job) noexcept {
  const auto index = static_cast<WorkerId>(tbb::this_task_arena::current_thread_index());
  // oneTBB gives an arena at least two slots: a single worker may be in either.
  const WorkerId id = index < workers_ ? index : 0;
  Slot& slot = slots_[id];
  if (job.ready_on == id) count(slot.run_local);
  const ThisWorker before = std::exchange(this_worker, ThisWorker{this, id});
  run_chain(job);  // The job may be gone afterwards.
  this_worker = before;
  // release: pairs with quiet(). Afterwards everything that this job used may be destroyed,
  // including the scheduler.
  slot.run.store(read(slot.run) + 1, std::memory_order_release);
}

// ---- Waiting ------------------------------------------------------------------------------------

bool OneTbbScheduler::submit_at(Timer& timer) noexcept {
  if (Slot* const here = current_slot()) count(here->timers_inserted);
  return service_.submit_at(timer);
}

bool OneTbbScheduler::cancel(Timer& timer) noexcept {
  if (!service_.cancel(timer)) return false;
  if (Slot* const here = current_slot()) count(here->timers_cancelled);
  return true;
}

bool OneTbbScheduler::compute(Job&, Work work) noexcept {
  burn(work);
  return false;
}

void OneTbbScheduler::block(BlockingCall& call) noexcept { pool_.submit(call); }
bool OneTbbScheduler::start_io(Timer& request) noexcept { return service_.start_io(request); }
bool OneTbbScheduler::cancel_io(Timer& request) noexcept { return service_.cancel_io(request); }
bool OneTbbScheduler::watch(DescriptorWait& wait) noexcept { return service_.watch(wait); }
bool OneTbbScheduler::unwatch(DescriptorWait& wait) noexcept { return service_.cancel(wait); }
bool OneTbbScheduler::wait_outside(OutsideWait& wait) noexcept {
  return outside_thread_.resume_at(wait);
}

TimePoint OneTbbScheduler::now() const noexcept { return monotonic_now(); }

// ---- Runs ---------------------------------------------------------------------------------------

Measurement OneTbbScheduler::run(Task<void> root) {
  detail::check_root(root);
  const OneRun::Turn turn(one_run_, name());
  roots_.push_back(std::make_unique<Root>(*this, std::move(root)));
  Root& main = *roots_.back();
  Measurement measurement;
  try {
    measurement = drive(&main);
  } catch (...) {
    roots_.pop_back();  // It has not begun.
    throw;
  }
  const bool completed = main.ended;
  const std::exception_ptr error = std::exchange(main.error, nullptr);
  drop_ended_roots();
  if (!completed) throw StoppedError();
  if (error) std::rethrow_exception(error);
  return measurement;
}

Measurement OneTbbScheduler::run_until_stopped() {
  const OneRun::Turn turn(one_run_, name());
  Measurement measurement = drive(nullptr);
  drop_ended_roots();
  return measurement;
}

void OneTbbScheduler::stop() noexcept { finish(); }

Measurement OneTbbScheduler::drive(Root* root) {
  const OneRun::Turn turn(one_run_of_process, "onetbb");  // oneTBB has one limit of threads, too.
  // One more than the workers: oneTBB counts the thread that waits here and runs no tasks.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                                  std::size_t{workers_} + 1);
  const std::vector<WorkerStats> before = counts();
  StartBarrier* const barrier = StartBarrier::call(workers_);
  tsan::handed_over(barrier);
  const std::size_t missing = arena_->call(*barrier, workers_);
  if (missing == 0) {
    awaited_ = root;
    started_at_ = now();
    begin(root);
  }
  barrier->dismiss();
  if (missing != 0)
    throw std::system_error(EAGAIN, std::generic_category(),
                            "oneTBB gave " + std::to_string(workers_ - missing) + " of the " +
                                std::to_string(workers_) + " workers asked for");
  await_end();
  return difference(before);
}

/// Opens the gate, and makes the kept jobs and the root task ready. After a stop() that came before
/// the run, the gate stays closed: these jobs run once, and the jobs that they make ready are kept.
void OneTbbScheduler::begin(Root* root) {
  JobQueue first;
  {
    const std::lock_guard lock(mutex_);
    first.splice_back(kept_);
    if (!stopping_) {
      closed_.store(false, std::memory_order_relaxed);  // Workers see it through their jobs.
      outside_.fetch_and(~kClosed, std::memory_order_acq_rel);  // Pairs with submit_outside().
    }
  }
  if (root != nullptr) {
    Job& job = root->task.promise().job;
    job.ready_on = kNoWorker;
    job.cause = ReadyCause::spawned;
    first.push_back(job);
  }
  while (Job* const job = first.pop_front()) {
    outside_.fetch_add(kOneJob, std::memory_order_relaxed);  // Counted before it can run.
    tsan::handed_over(job);
    arena_->arena.enqueue(RunJob{this, job});
  }
}

void OneTbbScheduler::finish() noexcept {
  const TimePoint at = now();
  const std::lock_guard lock(mutex_);
  if (!stopping_) finished_at_ = at;
  stopping_ = true;
  closed_.store(true, std::memory_order_relaxed);         // See submit().
  outside_.fetch_or(kClosed, std::memory_order_acq_rel);  // Pairs with submit_outside().
  ending_.notify_one();
}

/// Waits for finish(), then until no worker touches a frame any more.
void OneTbbScheduler::await_end() {
  {
    std::unique_lock lock(mutex_);
    ending_.wait(lock, [this] { return stopping_; });
  }
  // The makespan has been taken; this waits for the end of the last job. It polls, so that workers
  // need not signal: that would cost a read-modify-write for each job.
  while (!quiet()) std::this_thread::sleep_for(std::chrono::microseconds(20));
  arena_->group.wait();  // oneTBB's own part of its tasks' end.
  const std::lock_guard lock(mutex_);
  stopping_ = false;
}

/// True if no job is in the arena or runs. The counts of run jobs are read before those of pushed
/// jobs, so equal sums mean that no job existed at a moment in between. Once the gate is closed,
/// only jobs make new jobs.
bool OneTbbScheduler::quiet() const noexcept {
  std::uint64_t run = 0;
  // acquire: pairs with run_job(). Pushes of a job before its end are seen below.
  for (WorkerId w = 0; w < workers_; ++w) run += slots_[w].run.load(std::memory_order_acquire);
  std::uint64_t pushed = outside_.load(std::memory_order_relaxed) / kOneJob;
  for (WorkerId w = 0; w < workers_; ++w)
    pushed += read(slots_[w].pushed_local) + read(slots_[w].pushed_shared);
  return run == pushed;
}

std::vector<WorkerStats> OneTbbScheduler::counts() const {
  std::vector<WorkerStats> result(workers_);
  for (WorkerId w = 0; w < workers_; ++w) {
    const Slot& slot = slots_[w];
    WorkerStats& stats = result[w];
    stats.poll_count = read(slot.run);
    stats.local_run_count = read(slot.run_local);
    const auto set = [&stats](Op op, std::uint64_t n) {
      stats.ops[static_cast<std::size_t>(op)] = n;
    };
    set(Op::push_local, read(slot.pushed_local));
    set(Op::push_remote, read(slot.pushed_shared));
    set(Op::timer_insert, read(slot.timers_inserted));
    set(Op::timer_cancel, read(slot.timers_cancelled));
  }
  return result;
}

Measurement OneTbbScheduler::difference(const std::vector<WorkerStats>& before) const {
  Measurement result;
  result.makespan = std::max(finished_at_ - started_at_, Duration::zero());
  result.workers = counts();
  std::uint64_t run = 0;
  std::uint64_t pushed = 0;
  for (WorkerId w = 0; w < workers_; ++w) {
    WorkerStats& stats = result.workers[w];
    stats.poll_count -= before[w].poll_count;
    stats.local_run_count -= before[w].local_run_count;
    for (std::size_t op = 0; op < kOps; ++op) stats.ops[op] -= before[w].ops[op];
    run += stats.poll_count;
    pushed += stats[Op::push_local] + stats[Op::push_remote];
  }
  // All pushed jobs have run; the rest came from outside.
  result.remote_schedule_count = run - pushed;
  return result;
}

/// Reports exceptions of roots that an earlier run left behind, which are not joined.
void OneTbbScheduler::drop_ended_roots() {
  for (const auto& root : roots_)
    if (root->ended && root->error) report_exception(std::move(root->error));
  std::erase_if(roots_, [](const auto& root) { return root->ended; });
}

}  // namespace loopsteal
