#include "sched/machine/threads/parker.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/machine/threads/clock.hpp"
#include "sched/machine/threads/cpu_relax.hpp"
#include "sched/machine/threads/reactor.hpp"

namespace loopsteal {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t expected,
                TimePoint deadline) noexcept {
  const timespec until = to_timespec(deadline.time_since_epoch());
  // WAIT_BITSET, since its deadline is absolute and on CLOCK_MONOTONIC. EAGAIN, EINTR and ETIMEDOUT
  // all mean: read the word again.
  syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, expected,
          deadline == kForever ? nullptr : &until, nullptr, FUTEX_BITSET_MATCH_ANY);
}

void futex_wake(std::atomic<std::uint32_t>& word) noexcept {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

/// Some hundred nanoseconds between two reads of the clock.
constexpr int kLooks = 16;

}  // namespace

bool Parker::watch(TimePoint deadline, Reactor* reactor) noexcept {
  do {
    for (int i = 0; i < kLooks; ++i) {
      // relaxed: only a hint; the token is taken with acquire, which pairs with unpark().
      if (state_.load(std::memory_order_relaxed) == kNotified) {
        state_.exchange(kEmpty, std::memory_order_acquire);
        return true;
      }
      cpu_relax();
    }
    if (reactor != nullptr && reactor->has_finished()) return true;
  } while (monotonic_now() < deadline);
  return false;
}

void Parker::park(TimePoint deadline) noexcept {
  std::uint32_t state = kEmpty;
  // acquire, here and below: pairs with unpark(), for the jobs that its caller made ready.
  if (state_.compare_exchange_strong(state, kParked, std::memory_order_acquire)) {
    while (true) {
      futex_wait(state_, kParked, deadline);
      if (state_.load(std::memory_order_acquire) == kNotified) break;
      if (deadline != kForever && monotonic_now() >= deadline) break;
    }
  }
  // An exchange, as a token may arrive after the deadline and before this line.
  state_.exchange(kEmpty, std::memory_order_acquire);
}

void Parker::park_in(Reactor& reactor, TimePoint deadline) noexcept {
  // A worker has one reactor. A second write would race with the read of an unpark() that is still
  // running.
  if (reactor_ != &reactor) reactor_ = &reactor;
  std::uint32_t state = kEmpty;
  // acq_rel: acquire as above; release for reactor_, which unpark() reads.
  if (state_.compare_exchange_strong(state, kInReactor, std::memory_order_acq_rel)) {
    reactor.wait(deadline);
  }
  state_.exchange(kEmpty, std::memory_order_acquire);
}

void Parker::unpark() noexcept {
  // acq_rel: release pairs with the acquires of park(); acquire pairs with park_in(), for reactor_.
  const std::uint32_t before = state_.exchange(kNotified, std::memory_order_acq_rel);
  if (before == kParked) futex_wake(state_);
  if (before == kInReactor) reactor_->wake();
}

}  // namespace loopsteal
