// Jobs that yielded and wait until their worker has looked at timers and I/O: Tokio's deferred
// tasks.
#pragma once
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/job_queue.hpp"

namespace loopsteal {

/// The order in which deferred jobs come back. front: the oldest first. back: the newest first.
enum class DeferredOrder : std::uint8_t { front, back };

/// The deferred jobs of one worker, which alone calls the members. Owns no job.
class DeferredJobs {
 public:
  void push(Job& job) noexcept { jobs_.push_back(job); }

  [[nodiscard]] bool empty() const noexcept { return jobs_.empty(); }

  /// True if `job` was deferred: it no longer is.
  [[nodiscard]] bool remove(Job& job) noexcept { return jobs_.remove(job); }

  /// Appends all of them to `left`, the oldest first.
  void move_to(JobQueue& left) noexcept { left.splice_back(jobs_); }

  /// All of them, linked through Job::next in the order in which they come back; null: none.
  [[nodiscard]] Job* take(DeferredOrder order) noexcept {
    Job* first = nullptr;
    Job** end = &first;
    while (Job* const job = jobs_.pop_front()) {
      if (order == DeferredOrder::back) {
        job->next = first;
        first = job;
      } else {
        job->next = nullptr;
        *end = job;
        end = &job->next;
      }
    }
    return first;
  }

 private:
  JobQueue jobs_;
};

}  // namespace loopsteal
