// oneTBB's objects behind its scheduler, and its threads: called together before a run, ended after
// the last one.
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
#include "sched/onetbb/muster.hpp"
#include "sched/onetbb/onetbb_scheduler.hpp"
#include "sched/onetbb/tsan.hpp"

namespace loopsteal {

/// How long run() waits for oneTBB's threads: longer than the slowest machine takes to start them.
inline constexpr std::chrono::seconds kPatience(20);

/// After this time a missing worker is looked into: at a limit of threads none will come.
inline constexpr std::chrono::milliseconds kFirstPatience(250);

/// Whether this process may have one more thread now. If oneTBB could not start one of its threads
/// for a limit, this one cannot be started either.
inline bool can_start_a_thread() {
  try {
    std::thread([] {}).join();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

/// What oneTBB gets first: calls its workers together. Like RunJob it is copied into the library's
/// task, which TSan does not see handed from thread to thread.
struct Attend {
  Muster* muster;
  LOOPSTEAL_TSAN_UNSEEN void operator()() const {
    tsan::taken_over(muster);
    muster->attend();
  }
};

struct OneTbbScheduler::Arena {
  // Not initialised before the first run, whose limit of threads oneTBB looks at then.
  explicit Arena(WorkerId workers) : arena(static_cast<int>(workers), 0) {}

  /// Ends oneTBB's threads: they keep free memory in the order in which it was freed, which makes
  /// each scheduler slower than the last. Not if one is missing: it would be waited for, for ever,
  /// even by the handle's destructor, so that is not called.
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

  /// Returns how many workers are missing.
  std::size_t call(Muster& muster, WorkerId workers) {
    some_missing = true;
    try {
      for (WorkerId w = 0; w < workers; ++w) arena.enqueue(Attend{&muster});
    } catch (const std::runtime_error&) {  // "pthread_create has failed"
      return std::max<std::size_t>(muster.await_all({}), 1);
    }
    std::size_t missing = muster.await_all(kFirstPatience);
    if (missing != 0 && can_start_a_thread()) missing = muster.await_all(kPatience);
    some_missing = missing != 0;
    return missing;
  }

  tbb::task_arena arena;
  // Isolated: a cancellation somewhere else in the process is none of ours.
  tbb::task_group_context context{tbb::task_group_context::isolated};
  tbb::task_group group{context};
};

}  // namespace loopsteal
