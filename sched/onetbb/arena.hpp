// oneTBB's objects behind its scheduler, and its threads: they start together before a run, and end
// after the last one.
#pragma once
#include <algorithm>
#include <chrono>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "sched/onetbb/left_to_onetbb.hpp"
#include "sched/onetbb/onetbb_scheduler.hpp"
#include "sched/onetbb/start_barrier.hpp"
#include "sched/onetbb/tsan.hpp"

namespace loopsteal {

/// Time that run() waits for oneTBB's threads: longer than the slowest machine takes to start them.
inline constexpr std::chrono::seconds kPatience(20);

/// After this time, run() checks for a missing worker: at a limit of threads none will come.
inline constexpr std::chrono::milliseconds kFirstPatience(250);

/// True if this process may have one more thread now. If a limit kept oneTBB from starting one of
/// its threads, this one cannot be started either.
inline bool can_start_a_thread() {
  try {
    std::thread([] {}).join();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

/// First task of oneTBB: brings its workers together. Like RunJob, it is copied into the library's
/// task, and TSan does not see the transfer from thread to thread.
struct Attend {
  StartBarrier* barrier;
  LOOPSTEAL_TSAN_UNSEEN void operator()() const {
    tsan::taken_over(barrier);
    barrier->attend();
  }
};

struct OneTbbScheduler::Arena {
  // Initialised at the first run, when oneTBB reads the limit of threads.
  explicit Arena(WorkerId workers) : arena(static_cast<int>(workers), 0) {}

  /// Ends oneTBB's threads. They keep free memory in the order in which it was freed, which makes
  /// each scheduler slower than the last. Not if a thread is missing: termination would wait for it
  /// for ever, and so would the handle's destructor, so that is not called.
  ~Arena() {
    arena.terminate();
    if (some_missing) {
      LeftToOneTbb::add(handle);
      return;
    }
    tbb::finalize(*handle, std::nothrow);
    delete handle;
  }

  tbb::task_scheduler_handle* const handle = new tbb::task_scheduler_handle{tbb::attach{}};
  bool some_missing = false;

  /// Returns the number of missing workers.
  std::size_t call(StartBarrier& barrier, WorkerId workers) {
    some_missing = true;
    try {
      for (WorkerId w = 0; w < workers; ++w) arena.enqueue(Attend{&barrier});
    } catch (const std::runtime_error&) {  // "pthread_create has failed"
      return std::max<std::size_t>(barrier.await_all({}), 1);
    }
    std::size_t missing = barrier.await_all(kFirstPatience);
    if (missing != 0 && can_start_a_thread()) missing = barrier.await_all(kPatience);
    some_missing = missing != 0;
    return missing;
  }

  tbb::task_arena arena;
  // Isolated: a cancellation elsewhere in the process does not concern this scheduler.
  tbb::task_group_context context{tbb::task_group_context::isolated};
  tbb::task_group group{context};
};

}  // namespace loopsteal
