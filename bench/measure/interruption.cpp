#include "bench/measure/interruption.hpp"

#include <pthread.h>
#include <unistd.h>

#include <cstdio>
#include <system_error>

namespace loopsteal {

Interruption::Interruption(std::function<void()> close_results)
    : close_results_(std::move(close_results)) {
  ::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  try {
    watcher_ = std::thread([this] { watch(); });
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(),
                            "Not even one thread can be started, most likely for the limit of "
                            "processes (ulimit -u)");
  }
}

Interruption::~Interruption() {
  // Pairs with the loads in watch(): a watcher that gets our signal sees that it means the end.
  ending_.store(true, std::memory_order_release);
  pthread_kill(watcher_.native_handle(), SIGINT);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

int Interruption::signal() const noexcept {
  // Relaxed: the number is all that is passed on.
  return signal_.load(std::memory_order_relaxed);
}

void Interruption::watch() {
  int first = 0;
  sigwait(&watched_, &first);
  if (ending_.load(std::memory_order_acquire)) return;  // Pairs with the destructor's store.
  signal_.store(first, std::memory_order_relaxed);      // Relaxed: see signal().
  std::fputs("\nInterrupted: keeping what was measured.\n", stderr);
  const timespec grace{.tv_sec = kGrace.count(), .tv_nsec = 0};
  sigtimedwait(&watched_, nullptr, &grace);
  if (ending_.load(std::memory_order_acquire)) return;  // Pairs with the destructor's store.
  give_up();
}

void Interruption::give_up() {
  close_results_();
  _exit(exit_status());
}

}  // namespace loopsteal
