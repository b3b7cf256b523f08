// Invariants of a virtual run, which hold for every program.
#pragma once
#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// A virtual run cannot go on, or its accounting does not balance.
class SimError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  static constexpr const char* kStuck =
      "The program waits for ever: no worker has anything to run, and no timer, request or call is "
      "to come";
  static constexpr const char* kOverflow =
      "Virtual time has run over its end, 292 years after its beginning";
  static constexpr const char* kStandstill =
      "Virtual time stands still: jobs have kept the workers busy for billions of steps in which "
      "no time passed. A task that yields until something happens never gets there if that takes "
      "time and yielding takes none: let it sleep instead, or give the operations costs";
  static constexpr const char* kTooManySlices =
      "A task computes for more than a million time slices at a stretch, and in virtual time each "
      "is an event: take a longer preempt, or less work a task";
};

/// A virtual run was ended because no job made progress: see watchdog.hpp.
class NoProgress : public SimError {
 public:
  using SimError::SimError;
};

/// Sums kept during the run, at a few additions an event, and checked at its end:
/// - Little's law on the sample path: the time integral of the number of ready jobs equals the sum
///   of the jobs' waits, exactly;
/// - each worker's time is the sum of computing, overhead, searching and parked time;
/// - jobs given by victims equal jobs taken by thieves;
/// - a policy that promises to conserve work leaves no worker idle while work waits, at zero cost.
/// Sums are modulo 2^64: the identities also hold modulo 2^64, and nothing overflows.
class SimInvariants {
 public:
  void begin(TimePoint now) noexcept {
    const std::uint64_t ready = ready_;  // Left from a stopped run.
    *this = {};
    ready_ = ready;
    began_with_ = ready;
    last_ = now;
  }

  /// Time moves on to `now`.
  void pass_to(TimePoint now) noexcept {
    const auto passed = static_cast<std::uint64_t>((now - last_).count());
    last_ = now;
    queue_area_ += ready_ * passed;
    idle_area_ += std::min(ready_, asleep_) * passed;
  }

  void made_ready() noexcept { ++ready_; }
  void run(TimePoint ready_at) noexcept {
    --ready_;
    waited_ += static_cast<std::uint64_t>((last_ - ready_at).count());
  }
  /// The job is taken back, and waits no longer.
  void taken_back(TimePoint ready_at) noexcept { run(ready_at); }
  void falls_asleep() noexcept { ++asleep_; }
  void wakes_up() noexcept { --asleep_; }
  void stolen(std::uint64_t jobs) noexcept { given_ += jobs; }
  void leave(bool balanced) noexcept { unbalanced_ += balanced ? 0 : 1; }

  [[nodiscard]] bool any_asleep() const noexcept { return asleep_ != 0; }
  /// Jobs that are ready and have not begun.
  [[nodiscard]] std::uint64_t ready() const noexcept { return ready_; }
  /// Jobs stolen so far.
  [[nodiscard]] std::uint64_t moved() const noexcept { return given_; }
  /// Time that workers slept while jobs were ready, counting at most one worker for a job.
  [[nodiscard]] Duration idle_while_work_waited() const noexcept {
    return Duration(static_cast<std::int64_t>(std::min<std::uint64_t>(idle_area_, INT64_MAX)));
  }

  /// Throws SimError for the first invariant that does not hold.
  void check(std::uint64_t taken, bool conserves_work) const {
    if (unbalanced_ != 0)
      throw SimError("The time accounts of " + std::to_string(unbalanced_) +
                     " workers do not add up to the length of the run");
    if (given_ != taken)
      throw SimError("Victims gave " + std::to_string(given_) + " jobs and thieves took " +
                     std::to_string(taken));
    // The waits of jobs that are ready when the run begins or ends are not known.
    if (began_with_ == 0 && ready_ == 0 && queue_area_ != waited_)
      throw SimError("Little's law does not hold: the jobs waited " + std::to_string(waited_) +
                     " ns in all, and the queue's length adds up to " +
                     std::to_string(queue_area_));
    if (conserves_work && idle_area_ != 0)
      throw SimError("Workers were idle for " + std::to_string(idle_area_) +
                     " ns while work waited, under a policy that conserves work");
  }

 private:
  TimePoint last_{};
  std::uint64_t ready_ = 0;   ///< Jobs made ready that have not begun to run.
  std::uint64_t asleep_ = 0;  ///< Workers parked or waking up.
  std::uint64_t began_with_ = 0;
  std::uint64_t queue_area_ = 0;
  std::uint64_t waited_ = 0;
  std::uint64_t idle_area_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t unbalanced_ = 0;
};

}  // namespace loopsteal
