// A scheduler of the consumer's own: one worker, last in first out, in a time that moves
// only when nothing is ready or work is done.
#pragma once

#include <exception>
#include <map>

#include "sched/core/coro/task.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/scheduler.hpp"

namespace consumer {

/// Everything happens on the thread that calls run(): even the "blocking pool".
class StackScheduler final : public loopsteal::Scheduler, loopsteal::Completion {
 public:
  StackScheduler() : Scheduler("stack") {}

  void submit(loopsteal::Job& job, loopsteal::ReadyCause cause) noexcept override;
  bool submit_at(loopsteal::Timer& timer) noexcept override;
  bool cancel(loopsteal::Timer& timer) noexcept override;
  bool compute(loopsteal::Job& job, loopsteal::Work work) noexcept override;
  void block(loopsteal::BlockingCall& call) noexcept override;
  bool start_io(loopsteal::Timer& request) noexcept override { return submit_at(request); }
  bool cancel_io(loopsteal::Timer& request) noexcept override { return cancel(request); }
  bool watch(loopsteal::DescriptorWait& wait) noexcept override;
  bool unwatch(loopsteal::DescriptorWait&) noexcept override { return false; }
  /// Nothing is outside here: the coroutine waits as for a timer.
  bool wait_outside(loopsteal::OutsideWait& wait) noexcept override;
  loopsteal::TimePoint now() const noexcept override { return now_; }
  loopsteal::Measurement run(loopsteal::Task<void> root) override;
  loopsteal::Measurement run_until_stopped() override;
  void stop() noexcept override { stopping_ = true; }
  loopsteal::WorkerId workers() const noexcept override { return 1; }

 private:
  void complete(loopsteal::PromiseBase& root) noexcept override;
  void fail(std::exception_ptr escaped) noexcept override;
  void run_jobs();

  loopsteal::Job* top_ = nullptr;
  std::multimap<loopsteal::TimePoint, loopsteal::Job*> waiting_;  // For a time.
  loopsteal::TimePoint now_{};
  std::uint64_t jobs_run_ = 0;
  bool stopping_ = false;
  std::exception_ptr escaped_;  ///< What has escaped the root task.
};

}  // namespace consumer
