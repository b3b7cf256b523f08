// How one coroutine continues in another: by a call where it can, through a loop where it must.
//
// A coroutine that awaits another calls it, as a function would be called: most children end before
// they have waited for anything, and then their parent has never been suspended. Where a child does
// suspend, all that called each other return, and who goes on when it ends is found by
// continuation, in run_chain()'s loop. The loop also takes over where calls are nested too deep, so
// that they need little more than kStackForCalls of a stack.
//
// Not by symmetric transfer: g++ 12 makes the tail call of it only in some builds (GCC bug 100897),
// and a million awaits of children that finish at once overflow the stack at -O0, with ASan and
// with TSan. Here the stack is bounded in every build, and the tested path is the shipped path.
#pragma once
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "sched/core/job.hpp"

namespace loopsteal {

/// How much of a stack coroutines that call each other may take, in bytes; whoever would be called
/// deeper than that takes its turn in the loop. Less than the nearest cache holds.
inline constexpr std::size_t kStackForCalls = 16 * 1024;

namespace detail {

/// What a thread is in the middle of. A chain runs on one thread from end to end.
struct Calls {
  static constexpr std::uintptr_t kCalled = 1;

  /// Runs as soon as what runs now has suspended. Null whenever nothing is on its way to a
  /// suspension, so that most resumptions only look.
  Job* next = nullptr;
  /// The address of the job whose coroutine runs: of the one that the loop has resumed, or, with
  /// kCalled, of the one called last whose call has not returned. 0: that one has ended.
  std::uintptr_t running = 0;
  /// Calls go down to here from at most kStackForCalls above. 0: nobody has called on this thread.
  std::uintptr_t lowest = 0;
};

// constinit: no guard, no wrapper.
inline constinit thread_local Calls calls;

[[nodiscard]] inline std::uintptr_t address_of(Job& job) noexcept {
  return reinterpret_cast<std::uintptr_t>(&job);
}

/// About how far the stack has grown. Inlined, and then it costs no frame pointer under GCC.
[[gnu::always_inline, nodiscard]] inline std::uintptr_t stack_address() noexcept {
// ASan keeps locals elsewhere, and Clang warns of the address of a local that is returned.
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

/// Lets the coroutine of `next` run as soon as the calling coroutine has suspended. To be called
/// from await_suspend(), last of all, on the thread that runs the chain; once a suspension.
inline void transfer_to(Job& next) noexcept { detail::calls.next = &next; }

/// Whether the coroutine that asks has been called, and is not resumed by the loop. To be asked
/// first of all at its beginning or after a suspension.
[[nodiscard]] inline bool is_called() noexcept {
  return (detail::calls.running & detail::Calls::kCalled) != 0;
}

/// The job of the coroutine that asks, if that is not is_called(): so in the await_resume() of an
/// awaiter that always suspends. It need not keep whose it is, and a frame is the smaller.
[[nodiscard]] inline Job& resumed_job() noexcept {
  return *reinterpret_cast<Job*>(detail::calls.running);
}

inline bool call(Job& child) noexcept;

namespace detail {

/// call() where calls have not been before, or have come down too deep: then the next one begins in
/// the loop, and the same way down again from there.
[[gnu::noinline]] inline bool call_elsewhere(Job& child) noexcept {
  const std::uintptr_t here = stack_address();
  if (here < calls.lowest) {
    calls.lowest = 0;
    transfer_to(child);
    return true;
  }
  // With some room above, for whoever calls at the same depth as this caller.
  calls.lowest = here + kStackForCalls / 8 - kStackForCalls;
  return call(child);
}

}  // namespace detail

/// Continues in `child`, whose continuation is the calling coroutine. To be called from
/// await_suspend(), last of all, as its result: false if the child has ended, and the caller goes
/// on; true if the caller is suspended, and may be running elsewhere or be gone by now.
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

/// A child has ended. True: call() is under way for it and will say so; false: it had suspended, so
/// that whoever ends it has to find who goes on. To be called from its final await_suspend().
[[nodiscard]] inline bool returns(Job& child) noexcept {
  // A call ends with its child's first suspension, so if the child is still the one that was
  // called last, it is this call that has not returned.
  detail::Calls& calls = detail::calls;
  if (calls.running != (detail::address_of(child) + detail::Calls::kCalled)) return false;
  calls.running = 0;
  return true;
}

/// Resumes the coroutine of `first` and whatever it transfers to, until one suspends without a
/// successor. The job may be gone then.
inline void run_chain(Job& first) noexcept {
  detail::resume_in_loop(first);
  while (detail::calls.next)
    [[unlikely]] detail::resume_in_loop(*std::exchange(detail::calls.next, nullptr));
}

}  // namespace loopsteal
