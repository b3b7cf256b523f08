#include "bench/measure/interruption.hpp"

#include <array>
#include <system_error>
#include <utility>

#include <pthread.h>
#include <unistd.h>

#include "bench/measure/standard_streams.hpp"
#include "bench/measure/unfinished_file.hpp"

namespace loopsteal {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

bool is_left_alone(int signal) {
  struct sigaction action {};
  return signal == SIGHUP && ::sigaction(signal, nullptr, &action) == 0 &&
         action.sa_handler == SIG_IGN;
}

extern "C" void end_at_once(int signal) {
  write_to_stderr("loopsteal: Interrupted.\n");
  remove_unfinished_files();
  _exit(128 + signal);
}

}  // namespace

void end_at_once_on_signals() noexcept {
  struct sigaction action {};
  action.sa_handler = end_at_once;
  sigfillset(&action.sa_mask);
  for (const int signal : kSignals) {
    if (!is_left_alone(signal)) ::sigaction(signal, &action, nullptr);
  }
}

Interruption::Interruption(std::function<void()> close_results)
    : close_results_(std::move(close_results)) {
  ::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&watched_);
  for (const int signal : kSignals) {
    if (!is_left_alone(signal)) sigaddset(&watched_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  try {
    watcher_ = std::thread([this] { watch(); });
  } catch (const std::system_error& error) {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
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
  write_to_stderr("\nloopsteal: Interrupted: the run under way has 2 s to end.\n");
  const timespec grace{.tv_sec = kGrace.count(), .tv_nsec = 0};
  sigtimedwait(&watched_, nullptr, &grace);
  if (ending_.load(std::memory_order_acquire)) return;  // Pairs with the destructor's store.
  give_up();
}

void Interruption::give_up() {
  close_results_();
  remove_unfinished_files();
  _exit(exit_status());
}

}  // namespace loopsteal
