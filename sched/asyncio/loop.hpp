// asyncio's event loop as its users see it, on any scheduler: where callbacks, futures and tasks of
// this folder belong (CPython: Lib/asyncio/base_events.py).
//
// Each object here costs the iterations of the loop that it costs in CPython 3.11, since each wakes
// what waits for it by the same number of entries in the ready queue. On an event_loop the order of
// everything that happens is therefore CPython's; on other schedulers the meaning is the same, and
// the order is theirs.
//
// An *entry* is what asyncio calls a handle: a step of a task, or a callback, that is ready, waits
// for its time, or runs. A loop knows how many there are, and says so when there are none left:
// then nothing can happen any more.
//
// CPython has the GIL. Here a loop on several threads has a monitor: whatever an entry does, it
// does alone, until it suspends or computes. On one thread (one worker, or virtual time) it has
// none.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "sched/core/measurement.hpp"
#include "sched/core/scheduler.hpp"

namespace loopsteal::asyncio {

class Loop;

namespace detail {

/// What a loop has to clear away if it ends before it: a task, a callback. In at most one loop's
/// list.
class Pending {
 public:
  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

 protected:
  virtual ~Pending() = default;

 private:
  friend class asyncio::Loop;
  /// It will never run: gives back what it holds. It is in no list any more.
  virtual void abandon() noexcept = 0;
  /// For callbacks: cancels itself.
  virtual void cancel_callback() noexcept {}

  Pending* previous_ = nullptr;
  Pending* next_ = nullptr;
};

}  // namespace detail

/// Unless it says otherwise, a member belongs to the entries of the loop, or to the thread that
/// sets it up while no run is under way.
class Loop {
 public:
  /// `scheduler` outlives the loop.
  explicit Loop(Scheduler& scheduler) : scheduler_(scheduler) {
    if (scheduler.workers() > 1 && !scheduler.virtual_time())
      monitor_ = std::make_unique<std::mutex>();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Tasks and callbacks that are left are abandoned: none of their code runs again. Either there
  /// are no entries, or no run of the scheduler is under way; then what else is ready on the
  /// scheduler is abandoned, too, see Scheduler::abandon_ready().
  ~Loop() { abandon_all(); }

  [[nodiscard]] Scheduler& scheduler() const noexcept { return scheduler_; }

  /// asyncio's loop.time(), read anew each time.
  [[nodiscard]] TimePoint time() const noexcept { return scheduler_.now(); }

  /// asyncio's run_forever(): until stop().
  void run_forever() { static_cast<void>(scheduler_.run_until_stopped()); }

  /// asyncio's stop(): the iteration under way is finished. Any thread.
  void stop() noexcept { scheduler_.stop(); }

  /// `handler` is called by the last entry, when it ends and leaves none: nothing is ready, no
  /// timer is set, and whatever waits waits for ever.
  void on_idle(std::function<void()> handler) { on_idle_ = std::move(handler); }

  /// How many entries there are, the one that asks included.
  [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

  /// Cancels every callback that has not run, timers above all.
  void cancel_callbacks() noexcept {
    for (detail::Pending* each = first_; each != nullptr;)
      std::exchange(each, each->next_)->cancel_callback();
  }

  // ---- For what is in this folder
  // -----------------------------------------------------------------

  /// A new entry: `job` runs as soon as the scheduler gets to it.
  void schedule(Job& job, ReadyCause cause) noexcept {
    ++entries_;
    scheduler_.submit(job, cause);
  }

  /// A new entry that waits for its time.
  void schedule_at(Timer& timer) noexcept {
    ++entries_;
    static_cast<void>(scheduler_.submit_at(timer));  // Its task, if any, is never abandoned().
  }

  /// True: the timer's entry is gone, and its job is the caller's again.
  [[nodiscard]] bool unschedule(Timer& timer) noexcept {
    if (!scheduler_.cancel(timer)) return false;
    --entries_;
    return true;
  }

  /// First of all in an entry.
  void enter() noexcept {
    if (monitor_ != nullptr) monitor_->lock();
  }

  /// Last of all in an entry: whatever it made ready may run, and destroy what made it ready.
  void leave() noexcept {
    if (--entries_ == 0 && on_idle_) on_idle_();
    let_others_in();
  }

  /// Around what an entry does without touching anything of the loop: computing, above all.
  void let_others_in() noexcept {
    if (monitor_ != nullptr) monitor_->unlock();
  }
  [[nodiscard]] bool shared() const noexcept { return monitor_ != nullptr; }

  void add(detail::Pending& pending) noexcept {
    pending.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &pending;
    first_ = &pending;
  }
  void remove(detail::Pending& pending) noexcept {
    (pending.previous_ == nullptr ? first_ : pending.previous_->next_) = pending.next_;
    if (pending.next_ != nullptr) pending.next_->previous_ = pending.previous_;
    pending.previous_ = pending.next_ = nullptr;
  }

 private:
  void abandon_all() noexcept {
    while (first_ != nullptr) {
      // What is abandoned may be ready, and make ready what is abandoned later.
      scheduler_.abandon_ready();
      detail::Pending& pending = *first_;
      remove(pending);
      pending.abandon();
    }
  }

  Scheduler& scheduler_;
  std::unique_ptr<std::mutex> monitor_;  ///< Null: one thread runs all entries.
  std::uint64_t entries_ = 0;
  std::function<void()> on_idle_;
  detail::Pending* first_ = nullptr;
};

}  // namespace loopsteal::asyncio
