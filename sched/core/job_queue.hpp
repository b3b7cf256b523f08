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
    if (head_ == nullptr) {
      head_ = &job;
    } else {
      tail_->next = &job;
    }
    tail_ = &job;
    ++size_;
  }

  /// The oldest job, or null if there is none.
  [[nodiscard]] Job* pop_front() noexcept {
    Job* const job = head_;
    if (job == nullptr) return nullptr;
    head_ = job->next;
    --size_;
    return job;
  }

  /// Takes `job` out, wherever it is. False: it is not here. As long as the queue is.
  bool remove(Job& job) noexcept {
    Job* before = nullptr;
    for (Job* each = head_; each != nullptr; before = each, each = each->next) {
      if (each != &job) continue;
      (before == nullptr ? head_ : before->next) = job.next;
      if (tail_ == &job) tail_ = before;
      --size_;
      return true;
    }
    return false;
  }

  /// Moves all of `other`, in order, behind what is here.
  void splice_back(JobQueue& other) noexcept {
    if (other.empty()) return;
    if (head_ == nullptr) {
      head_ = other.head_;
    } else {
      tail_->next = other.head_;
    }
    tail_ = other.tail_;
    size_ += other.size_;
    other.head_ = nullptr;
    other.size_ = 0;
  }

 private:
  Job* head_ = nullptr;
  Job* tail_ = nullptr;  ///< Meaningful while head_ is not null.
  std::size_t size_ = 0;
};

}  // namespace loopsteal
