// How one coroutine continues in another: by a call where it can, through a loop where it must.
//
// A coroutine that awaits another calls it, as a function would be called: most children end before
// they have waited for anything, and then their parent has never been suspended. Where a child does
// suspend, all that called each other return, and who goes on when it ends is found by
// continuation, in run_chain()'s loop. The loop also takes over where calls are nested too deep, so
// that a stack is never longer than kDeepestCalls of them.
//
// Not by symmetric transfer: g++ 12 makes the tail call of it only in some builds (GCC bug 100897),
// and a million awaits of children that finish at once overflow the stack at -O0, with ASan and
// with TSan. Here the stack is bounded in every build, and the tested path is the shipped path.
#pragma once
#include <coroutine>
#include <cstdint>
#include <utility>

#include "sched/core/job.hpp"

namespace loopsteal {

/// Of coroutines that call each other on one stack; deeper ones take turns in the loop.
inline constexpr std::uint32_t kDeepestCalls = 64;

namespace detail {

/// What a thread is in the middle of. A chain runs on one thread from end to end.
struct Calls {
  /// Runs as soon as what runs now has suspended. Null whenever nothing is on its way to a
  /// suspension, so that most resumptions only look.
  std::coroutine_handle<> next;
  /// The frame of the innermost call under way; null once it has ended.
  void* innermost = nullptr;
  /// Of the coroutine that began or went on last, by a call or by itself.
  Job* resumed = nullptr;
  std::uint32_t depth = 0;
};

// constinit: no guard, no wrapper.
inline constinit thread_local Calls calls;

}  // namespace detail

/// Lets `next` run as soon as the calling coroutine has suspended. To be called from
/// await_suspend(), last of all, on the thread that runs the chain; once a suspension.
inline void transfer_to(std::coroutine_handle<> next) noexcept { detail::calls.next = next; }

/// The job of the coroutine that asks: as the first thing it does after its suspension or at its
/// beginning, so in await_resume(). Not for one that has called a child, which may have ended
/// meanwhile. An awaiter that asks here need not keep whose it is, and a frame is the smaller.
[[nodiscard]] inline Job& resumed_job() noexcept { return *detail::calls.resumed; }

/// Continues in `child`, whose continuation is the calling coroutine. To be called from
/// await_suspend(), last of all, as its result: false if the child has ended, and the caller goes
/// on; true if the caller is suspended, and may be running elsewhere or be gone by now.
[[nodiscard]] inline bool call(Job& child) noexcept {
  // On the stack and in thread-locals alone, for the reason just given.
  detail::Calls& calls = detail::calls;
  const std::coroutine_handle<> coroutine = child.coroutine;
  const std::uint32_t depth = calls.depth;
  calls.resumed = &child;  // If in the loop, then as the next one there: nothing runs in between.
  if (depth == kDeepestCalls) [[unlikely]] {
    transfer_to(coroutine);
    return true;
  }
  void* const outer = calls.innermost;
  calls.depth = depth + 1;
  calls.innermost = coroutine.address();
  coroutine.resume();
  const bool ended = calls.innermost == nullptr;
  calls.innermost = outer;
  calls.depth = depth;
  return !ended;
}

/// A child has ended. True: call() is under way for it and will say so; false: it had suspended, so
/// that whoever ends it has to find who goes on. To be called from its final await_suspend().
[[nodiscard]] inline bool returns(std::coroutine_handle<> child) noexcept {
  // A call ends with its child's first suspension, so if the child is still the innermost call, it
  // is this one that has not returned.
  detail::Calls& calls = detail::calls;
  if (calls.innermost != child.address()) return false;
  calls.innermost = nullptr;
  return true;
}

/// Resumes the coroutine of `first` and whatever it transfers to, until one suspends without a
/// successor. The job may be gone then.
inline void run_chain(Job& first) noexcept {
  detail::calls.resumed = &first;
  first.coroutine.resume();
  while (detail::calls.next) [[unlikely]] std::exchange(detail::calls.next, nullptr).resume();
}

}  // namespace loopsteal
