// A group of tasks that end together (CPython 3.11: Lib/asyncio/taskgroups.py).
#pragma once
#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sched/asyncio/errors.hpp"
#include "sched/asyncio/task.hpp"

namespace loopsteal::asyncio {

namespace detail {

[[nodiscard]] inline bool is_cancelled(const std::exception_ptr& error) noexcept {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const Cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}

/// What the group and the callbacks of its tasks share.
class GroupState final : public boost::intrusive_ref_counter<GroupState> {
 public:
  GroupState(Loop& loop, TaskIdentity& parent)
      : loop_(loop), parent_(parent), keeps_parent_(&parent.future) {}

  void add(FutureBase& task) { tasks_.emplace_back(&task); }

  void task_done(FutureBase& task) {
    std::erase_if(tasks_, [&](const auto& each) { return each.get() == &task; });
    if (completed_ && tasks_.empty() && !completed_->done()) completed_->set_result();
    if (task.cancelled()) return;
    std::exception_ptr error = task.exception();
    if (!error) return;
    errors_.push_back(error);
    if (parent_.future.done()) return loop_.scheduler().report_exception(std::move(error));
    if (aborting_ || parent_cancel_requested_) return;
    abort();
    parent_cancel_requested_ = true;
    parent_.future.cancel();
  }

  /// In the order of their creation; CPython has a set here, in no order.
  void abort() {
    aborting_ = true;
    const auto tasks = tasks_;
    for (const auto& task : tasks)
      if (!task->done()) task->cancel();
  }

  /// The end of `async with`: TaskGroup.__aexit__.
  Coroutine<void> join(std::exception_ptr body_error) {
    exiting_ = true;
    const bool body_cancelled = is_cancelled(body_error);
    std::exception_ptr cancellation = body_cancelled ? body_error : nullptr;
    if (parent_cancel_requested_ && parent_.uncancel() == 0) cancellation = nullptr;
    if (body_error && !aborting_) abort();
    while (!tasks_.empty()) {
      const Future<void> completed = completed_.emplace(create_future(loop_));
      std::exception_ptr error;
      try {
        co_await completed;
      } catch (const Cancelled&) {
        error = std::current_exception();
      }
      completed_.reset();
      if (!error || aborting_) continue;
      cancellation = error;
      abort();
    }
    if (cancellation && errors_.empty()) std::rethrow_exception(cancellation);
    if (body_error && !body_cancelled) errors_.push_back(body_error);
    if (!errors_.empty())
      throw ExceptionGroup("unhandled errors in a TaskGroup", std::move(errors_));
  }

  void check_open() const {
    if (exiting_ && tasks_.empty()) throw std::runtime_error("the TaskGroup is finished");
    if (aborting_) throw std::runtime_error("the TaskGroup is shutting down");
  }

 private:
  Loop& loop_;
  TaskIdentity& parent_;
  const boost::intrusive_ptr<FutureBase> keeps_parent_;
  std::vector<boost::intrusive_ptr<FutureBase>> tasks_;
  std::vector<std::exception_ptr> errors_;
  std::optional<Future<void>> completed_;
  bool exiting_ = false;
  bool aborting_ = false;
  bool parent_cancel_requested_ = false;
};

}  // namespace detail

/// `auto& task = co_await this_task();`: the task that asks, without suspending it.
[[nodiscard]] inline auto this_task() noexcept { return detail::ThisTask(); }

/// asyncio's TaskGroup. It lives in a coroutine of `parent`, which joins it on every path:
///
///   auto& task = co_await this_task();
///   TaskGroup group(loop, task);
///   group.create_task(one(loop));
///   group.create_task(two(loop));
///   co_await group.join();  // The end of `async with`.
///
/// If a task fails, the others and the parent are cancelled, and join() throws ExceptionGroup when
/// all have ended.
class TaskGroup {
 public:
  TaskGroup(Loop& loop, detail::TaskIdentity& parent)
      : loop_(loop), state_(new detail::GroupState(loop, parent)) {}

  /// Throws std::runtime_error once the group is shutting down or finished.
  template <class T>
  Task<T> create_task(Coroutine<T> body) {
    state_->check_open();
    const Task<T> task = asyncio::create_task(loop_, std::move(body));
    add_done_callback(task, [state = state_, task] { state->task_done(*task.state()); });
    state_->add(*task.state());
    return task;
  }

  /// Waits for all tasks. `body_error` is what escaped the block that ends here, if anything did.
  [[nodiscard]] Coroutine<void> join(std::exception_ptr body_error = nullptr) {
    return state_->join(std::move(body_error));
  }

 private:
  Loop& loop_;
  const boost::intrusive_ptr<detail::GroupState> state_;
};

}  // namespace loopsteal::asyncio
