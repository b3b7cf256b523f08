// An intrusive first-in first-out queue of jobs, for one thread at a time.
#pragma once
#include <cstddef>

#include "sched/core/job.hpp"

namespace loopsteal {

/// FIFO linked through Job::next. Not synchronised; allocates nothing; owns no job.
class JobQueue {
 public:
  JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  [[nodiscard]] bool empty() const noexcept { return head_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void push_back(Job& job) noexcept {
    job.next = nullptr;
    *end_ = &job;
    end_ = &job.next;
    ++size_;
  }

  /// The oldest job, or null if there is none.
  [[nodiscard]] Job* pop_front() noexcept {
    Job* const job = head_;
    if (job == nullptr) return nullptr;
    head_ = job->next;
    if (head_ == nullptr) end_ = &head_;
    --size_;
    return job;
  }

  /// Removes and returns all jobs: the oldest job, or null; the others follow through Job::next,
  /// the last has none. All of them belong to the caller.
  [[nodiscard]] Job* take_all() noexcept {
    Job* const first = head_;
    clear();
    return first;
  }

  /// Removes `job`, wherever it is. False: it is not in the queue. Takes time linear in the queue.
  bool remove(Job& job) noexcept {
    for (Job** link = &head_; *link != nullptr; link = &(*link)->next) {
      if (*link != &job) continue;
      *link = job.next;
      if (end_ == &job.next) end_ = link;
      --size_;
      return true;
    }
    return false;
  }

  /// Moves all of `other`, in order, to the back.
  void splice_back(JobQueue& other) noexcept {
    if (other.empty()) return;
    *end_ = other.head_;
    end_ = other.end_;
    size_ += other.size_;
    other.clear();
  }

 private:
  void clear() noexcept {
    head_ = nullptr;
    end_ = &head_;
    size_ = 0;
  }

  Job* head_ = nullptr;
  Job** end_ = &head_;  ///< The link behind the last job, so that a push needs no branch.
  std::size_t size_ = 0;
};

}  // namespace loopsteal
