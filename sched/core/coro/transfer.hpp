// Continues one coroutine in another: by a call if possible, through a loop otherwise.
//
// A coroutine that awaits another one calls it like a function. Most children end without having
// waited, and then their parent was never suspended. If a child does suspend, all coroutines of the
// call chain return. When the child ends later, run_chain()'s loop finds the parent by
// continuation. The loop also takes over if calls are nested too deep, so that they need little
// more than kStackForCalls of a stack.
//
// Symmetric transfer is not used: g++ 12 makes it a tail call only in some builds (GCC bug 100897),
// and a million awaits of children that finish at once overflow the stack at -O0, with ASan and
// with TSan. Here the stack is bounded in every build, and the tested path is the shipped path.
#pragma once
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "sched/core/job.hpp"

namespace loopsteal {

/// Stack that coroutines which call each other may use, in bytes; a deeper call continues in the
/// loop. Less than the nearest cache holds.
inline constexpr std::size_t kStackForCalls = 16 * 1024;

namespace detail {

/// State of a thread's current chain. A chain runs on one thread from end to end.
struct Calls {
  static constexpr std::uintptr_t kCalled = 1;

  /// Runs as soon as the current coroutine has suspended. Null unless a coroutine is about to
  /// suspend, so most resumptions only test it.
  Job* next = nullptr;
  /// Address of the running coroutine's job: the one that the loop resumed, or, with kCalled, the
  /// one called last whose call has not returned. 0: that one has ended.
  std::uintptr_t running = 0;
  /// Lower end of the stack for calls; the upper end is kStackForCalls above. 0: no call on this
  /// thread so far.
  std::uintptr_t lowest = 0;
};

// constinit: no guard, no wrapper.
inline constinit thread_local Calls calls;

[[nodiscard]] inline std::uintptr_t address_of(Job& job) noexcept {
  return reinterpret_cast<std::uintptr_t>(&job);
}

/// Approximate stack pointer. Inlined, it costs no frame pointer under GCC.
[[gnu::always_inline, nodiscard]] inline std::uintptr_t stack_address() noexcept {
// ASan keeps locals elsewhere, and Clang warns about returning the address of a local.
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
#else
  char local;
  return reinterpret_cast<std::uintptr_t>(&local);
#endif
}

inline void resume_in_loop(Job& job) noexcept {
  calls.running = address_of(job);
  job.coroutine.resume();
}

}  // namespace detail

/// Runs the coroutine of `next` as soon as the calling coroutine has suspended. Call last in
/// await_suspend(), on the thread that runs the chain; once per suspension.
inline void transfer_to(Job& next) noexcept { detail::calls.next = &next; }

/// True if the current coroutine was called, false if the loop resumed it. Valid only at the
/// coroutine's beginning or directly after a suspension.
[[nodiscard]] inline bool runs_inline() noexcept {
  return (detail::calls.running & detail::Calls::kCalled) != 0;
}

/// The current coroutine's job. Valid only if the loop resumed it, as in `await_resume()` of an
/// awaiter that always suspends. Saves storing a pointer in the frame.
[[nodiscard]] inline Job& resumed_job() noexcept {
  return *reinterpret_cast<Job*>(detail::calls.running);
}

inline bool call(Job& child) noexcept;

namespace detail {

/// call() outside the stack range of earlier calls. Above it, or on a thread without one, sets a
/// new range. Below it, calls are nested too deep: the child begins in the loop, with a new range.
[[gnu::noinline]] inline bool call_elsewhere(Job& child) noexcept {
  const std::uintptr_t here = stack_address();
  if (here < calls.lowest) {
    calls.lowest = 0;
    transfer_to(child);
    return true;
  }
  // Some room above, for callers at the same depth as this one.
  calls.lowest = here + kStackForCalls / 8 - kStackForCalls;
  return call(child);
}

}  // namespace detail

/// Continues in `child`, whose continuation is the calling coroutine. Call last in await_suspend(),
/// and return the result: false if the child has ended, and the caller continues; true if the
/// caller is suspended, and may be running elsewhere or be gone.
[[nodiscard]] inline bool call(Job& child) noexcept {
  // On the stack and in thread-locals alone, for the reason just given.
  detail::Calls& calls = detail::calls;
  if (detail::stack_address() - calls.lowest > kStackForCalls) [[unlikely]]
    return detail::call_elsewhere(child);
  const std::uintptr_t caller = calls.running;
  calls.running = detail::address_of(child) + detail::Calls::kCalled;
  child.coroutine.resume();
  const bool ended = calls.running == 0;
  calls.running = caller;
  return !ended;
}

/// Called in the final await_suspend() of a child. True: its call() is still active and will
/// return. False: the child had suspended, so the continuation has to be resumed.
[[nodiscard]] inline bool completed_inline(Job& child) noexcept {
  // A call ends with its child's first suspension. So if the child is still the last one called,
  // its call has not returned.
  detail::Calls& calls = detail::calls;
  if (calls.running != (detail::address_of(child) + detail::Calls::kCalled)) return false;
  calls.running = 0;
  return true;
}

/// Resumes the coroutine of `first` and the coroutines that it transfers to, until one suspends
/// without a successor. The job may be gone then.
inline void run_chain(Job& first) noexcept {
  detail::resume_in_loop(first);
  while (detail::calls.next)
    [[unlikely]] detail::resume_in_loop(*std::exchange(detail::calls.next, nullptr));
}

}  // namespace loopsteal
