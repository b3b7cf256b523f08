// A signal that asks the program to end: what was measured is kept, and the end is near.
//
// The signals are SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal is gone); SIGHUP is left alone
// if the program was started with it ignored, as nohup does.
//
// While an Interruption lives, a signal asks the campaign to stop after the run under way. If that
// run does not end within the grace, or a second signal comes, a thread of ours ends the program
// itself: it calls the function that closes the results and leaves with the signal's exit status.
// No handler runs inside other code, so closing the results may take locks and write files.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include <signal.h>

namespace loopsteal {

/// Until the first Interruption, and between two of them, a signal ends the program at once: it
/// says so on standard error, removes the unfinished files and leaves with the signal's exit
/// status. At the start of a program.
void end_at_once_on_signals() noexcept;

/// One at a time, made before any other thread is started: threads inherit which signals are
/// blocked. SIGPIPE is ignored from then on, so that a closed pipe is an error of write().
class Interruption {
 public:
  /// How long a run may go on after the first signal.
  static constexpr std::chrono::seconds kGrace{2};

  /// `close_results` is called from another thread, at most once, right before the program ends.
  /// Throws std::system_error if the thread cannot be started.
  explicit Interruption(std::function<void()> close_results);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  /// Puts the signals back as they were.
  ~Interruption();

  bool requested() const noexcept { return signal() != 0; }
  /// The signal that came, or 0 while none has.
  int signal() const noexcept;
  /// Closes the results, removes unfinished files and ends the program with exit_status(), for a
  /// program that cannot leave the code it is in. After a signal; any thread.
  [[noreturn]] void give_up();
  /// 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP, as shells have it.
  int exit_status() const noexcept { return 128 + signal(); }

 private:
  void watch();

  std::function<void()> close_results_;
  std::atomic<int> signal_ = 0;
  std::atomic<bool> ending_ = false;
  sigset_t watched_{};
  sigset_t before_{};
  std::thread watcher_;
};

}  // namespace loopsteal
