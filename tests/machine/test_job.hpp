// Jobs for tests of machines: no task, no promise of ours, just something that is run.
#pragma once
#include <coroutine>
#include <utility>

#include "sched/core/job.hpp"

namespace loopsteal {

/// A job that calls a function; it lives in the test.
class TestJob {
 public:
  template <class F>
  explicit TestJob(F function) : frame_(call(std::move(function))) {
    job.coroutine = frame_.handle;
  }
  ~TestJob() { frame_.handle.destroy(); }
  TestJob(const TestJob&) = delete;
  TestJob& operator=(const TestJob&) = delete;
  Job job;

 private:
  struct Frame {
    struct promise_type {
      Frame get_return_object() {
        return {std::coroutine_handle<promise_type>::from_promise(*this)};
      }
      std::suspend_always initial_suspend() const noexcept { return {}; }
      std::suspend_always final_suspend() const noexcept { return {}; }
      void return_void() const noexcept {}
      void unhandled_exception() const { throw; }
    };
    std::coroutine_handle<promise_type> handle;
  };
  template <class F>
  static Frame call(F function) {
    function();
    co_return;
  }
  Frame frame_;
};

}  // namespace loopsteal
