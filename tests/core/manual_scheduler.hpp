// A scheduler that a test cranks by hand: one FIFO queue, no threads, and a clock that moves when
// it is told to. What happens in which order is the test's to say.
#pragma once
#include <deque>
#include <exception>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/coro/transfer.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/timer_heap.hpp"

namespace loopsteal::testing_support {

class ManualScheduler final : public Scheduler {
 public:
  ManualScheduler() : Scheduler("manual") {
    set_exception_handler([this](std::exception_ptr error) { reported.push_back(error); });
  }

  // ---- For tests --------------------------------------------------------------------------------

  /// Runs the oldest ready job. False: there is none.
  bool step() {
    Job* const job = ready_.pop_front();
    if (job == nullptr) return false;
    run_chain(*job);
    return true;
  }

  /// Runs jobs until none is ready. Returns how many.
  int settle() {
    int count = 0;
    while (step()) ++count;
    return count;
  }

  /// Makes ready what is due at the new time.
  void advance(Duration duration) {
    now_ += duration;
    while (Job* const job = timers_.pop_due(now_)) submit(*job, ReadyCause::timer);
    while (Job* const job = requests_.pop_due(now_)) submit(*job, ReadyCause::io);
    for (OutsideWait* wait : std::exchange(outside_, {})) resume_or_keep(*wait);
  }

  /// Makes the calls that wait for the blocking pool.
  void make_blocking_calls() {
    while (!calls_.empty()) {
      BlockingCall& call = *calls_.front();
      calls_.pop_front();
      Job& job = *call.job;
      if (call.invoke != nullptr) call.invoke(call);
      submit(job, ReadyCause::unblocked);
    }
  }

  /// The descriptor of each wait becomes ready.
  void complete_descriptor_waits() {
    for (DescriptorWait* wait : std::exchange(waits_, {})) {
      wait->armed = false;
      submit(*wait->job, ReadyCause::io);
    }
  }

  /// Starts a task whose end the test sees in `ended` and `error`.
  class Started final : Completion {
   public:
    Started(ManualScheduler& scheduler, Task<void> task) : task_(std::move(task)) {
      task_.promise().scheduler = &scheduler;
      task_.promise().completion = this;
      scheduler.submit(task_.promise().job, ReadyCause::spawned);
    }
    bool ended = false;
    std::exception_ptr error;

   private:
    void complete(PromiseBase&) noexcept override { ended = true; }
    void fail(std::exception_ptr escaped) noexcept override { error = std::move(escaped); }
    Task<void> task_;
  };

  bool gives_children = false;  ///< To joiners, if they are the next to run.
  int children_given = 0;
  std::vector<ReadyCause> causes;  ///< Of every submit(), in order.
  std::vector<std::exception_ptr> reported;
  std::vector<Work> computed;
  int watch_error = 0;  ///< What watch() refuses with, if not 0.
  [[nodiscard]] std::size_t ready() const { return ready_.size(); }
  [[nodiscard]] std::size_t armed_timers() const { return timers_.size() - timers_.cancelled(); }
  [[nodiscard]] std::size_t armed_requests() const {
    return requests_.size() - requests_.cancelled();
  }

  // ---- Scheduler --------------------------------------------------------------------------------

  void submit(Job& job, ReadyCause cause) noexcept override {
    causes.push_back(cause);
    ready_.push_back(job);
  }
  [[nodiscard]] Job* take_child(const Completion& joiner) noexcept override {
    Job* const job = gives_children ? ready_.pop_front() : nullptr;
    if (job == nullptr) return nullptr;
    if (promise_of(*job).completion == &joiner) {
      ++children_given;
      return job;
    }
    JobQueue as_before;
    as_before.push_back(*job);
    as_before.splice_back(ready_);
    ready_.splice_back(as_before);
    return nullptr;
  }
  bool submit_at(Timer& timer) noexcept override { return arm(timers_, timer); }
  bool cancel(Timer& timer) noexcept override { return timers_.cancel(timer); }
  bool compute(Job&, Work work) noexcept override {
    computed.push_back(work);
    now_ += work.duration();
    return false;
  }
  void block(BlockingCall& call) noexcept override { calls_.push_back(&call); }
  bool start_io(Timer& request) noexcept override { return arm(requests_, request); }
  bool cancel_io(Timer& request) noexcept override { return requests_.cancel(request); }
  bool watch(DescriptorWait& wait) noexcept override {
    wait.error = watch_error;
    if (watch_error != 0 || wait.abandoned()) return false;
    wait.armed = true;
    waits_.push_back(&wait);
    return true;
  }
  bool unwatch(DescriptorWait& wait) noexcept override { return std::erase(waits_, &wait) != 0; }
  bool wait_outside(OutsideWait& wait) noexcept override {
    outside_.push_back(&wait);
    return true;
  }
  [[nodiscard]] TimePoint now() const noexcept override { return now_; }

  /// Runs to the end, and lets time pass whenever nothing is ready.
  Measurement run(Task<void> root) override {
    Started main(*this, std::move(root));
    for (int patience = 0; !main.ended && patience < 10'000; ++patience) {
      if (settle() != 0) continue;
      make_blocking_calls();
      complete_descriptor_waits();
      if (ready_.empty()) advance(std::chrono::milliseconds(1));
    }
    if (!main.ended) throw StoppedError();
    if (main.error) std::rethrow_exception(main.error);
    return {};
  }
  Measurement run_until_stopped() override {
    settle();
    return {};
  }
  void stop() noexcept override {}
  [[nodiscard]] WorkerId workers() const noexcept override { return 1; }

 private:
  using Heap = TimerHeap<TimerTies::first_in>;

  static bool arm(Heap& heap, Timer& timer) {
    if (timer.abandoned()) return false;
    heap.insert(timer);
    return true;
  }

  void resume_or_keep(OutsideWait& wait) {
    if (wait.deadline <= now_) {
      run_chain(*wait.job);
    } else {
      outside_.push_back(&wait);
    }
  }

  JobQueue ready_;
  TimePoint now_{};
  Heap timers_;
  Heap requests_;
  std::deque<BlockingCall*> calls_;
  std::vector<DescriptorWait*> waits_;
  std::vector<OutsideWait*> outside_;
};

}  // namespace loopsteal::testing_support
