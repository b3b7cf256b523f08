// How one coroutine continues in another: through a loop, not by symmetric transfer.
//
// g++ 12 makes the tail call of symmetric transfer only in some builds (GCC bug 100897): a million
// awaits of children that finish at once overflow the stack at -O0, with ASan and with TSan. So a
// coroutine that wants another to run next leaves its handle here and suspends to the loop, which
// resumes handle after handle. About six instructions a transfer, constant stack in every build,
// and the tested path is the shipped path.
#pragma once
#include <coroutine>
#include <utility>

namespace loopsteal {

namespace detail {
// Thread-local, since a chain runs on one thread from end to end. constinit: no guard, no wrapper.
// Null whenever no coroutine is on its way to a suspension, so that most resumptions only look.
inline constinit thread_local std::coroutine_handle<> next_in_chain;
}  // namespace detail

/// Lets `next` run as soon as the calling coroutine has suspended. To be called from
/// await_suspend(), last of all, on the thread that runs the chain; once a suspension.
inline void transfer_to(std::coroutine_handle<> next) noexcept { detail::next_in_chain = next; }

/// Resumes `first`, which is not null, and whatever it transfers to, until one suspends without a
/// successor.
inline void run_chain(std::coroutine_handle<> first) noexcept {
  first.resume();
  while (detail::next_in_chain) [[unlikely]] std::exchange(detail::next_in_chain, nullptr).resume();
}

}  // namespace loopsteal
