#include "stack_scheduler.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "sched/core/coro/transfer.hpp"

namespace consumer {

using namespace loopsteal;

void StackScheduler::submit(Job& job, ReadyCause cause) noexcept {
  job.cause = cause;
  job.next = std::exchange(top_, &job);
}

bool StackScheduler::submit_at(Timer& timer) noexcept {
  if (timer.abandoned()) return false;
  waiting_.emplace(timer.deadline, timer.job);
  return true;
}

bool StackScheduler::cancel(Timer& timer) noexcept {
  const auto [first, last] = waiting_.equal_range(timer.deadline);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->second != timer.job) continue;
    waiting_.erase(entry);
    return true;
  }
  return false;
}

bool StackScheduler::compute(Job&, Work work) noexcept {
  now_ += work.duration();
  return false;
}

void StackScheduler::block(BlockingCall& call) noexcept {
  now_ += call.duration;
  Job& job = *call.job;
  if (call.invoke != nullptr) call.invoke(call);
  submit(job, ReadyCause::unblocked);
}

bool StackScheduler::watch(DescriptorWait& wait) noexcept {
  wait.error = ENOTSUP;
  return false;
}

bool StackScheduler::wait_outside(OutsideWait& wait) noexcept {
  waiting_.emplace(wait.deadline, wait.job);
  return true;
}

Measurement StackScheduler::run(Task<void> root) {
  const TimePoint started = now_;
  PromiseBase& promise = root.promise();
  promise.scheduler = this;
  promise.completion = this;
  submit(promise.job, ReadyCause::spawned);
  run_jobs();
  if (escaped_) std::rethrow_exception(std::exchange(escaped_, nullptr));
  Measurement measurement;
  measurement.makespan = now_ - started;
  measurement.workers.resize(1);
  measurement.workers[0].busy = measurement.makespan;
  measurement.workers[0].poll_count = std::exchange(jobs_run_, 0);
  measurement.steals.resize(1);
  return measurement;
}

Measurement StackScheduler::run_until_stopped() {
  run_jobs();
  return {};
}

void StackScheduler::run_jobs() {
  while (!std::exchange(stopping_, false)) {
    if (top_ == nullptr) {
      if (waiting_.empty()) return;
      const auto nearest = waiting_.begin();
      now_ = std::max(now_, nearest->first);
      Job& job = *nearest->second;
      waiting_.erase(nearest);
      submit(job, ReadyCause::timer);
    }
    Job& job = *std::exchange(top_, top_->next);
    ++jobs_run_;
    run_chain(job);
  }
}

void StackScheduler::complete(PromiseBase&) noexcept { stopping_ = true; }

void StackScheduler::fail(std::exception_ptr escaped) noexcept { escaped_ = std::move(escaped); }

}  // namespace consumer
