// Reactor: waits for finished I/O. It has epoll over the watched descriptors, a timer descriptor
// for io(latency), and an event descriptor that wakes the waiting worker.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include <sys/epoll.h>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/timer_heap.hpp"

namespace loopsteal {

/// A descriptor of the operating system that its owner closes.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
  OwnedDescriptor(const OwnedDescriptor&) = delete;
  OwnedDescriptor& operator=(const OwnedDescriptor&) = delete;
  ~OwnedDescriptor();
  [[nodiscard]] int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

/// One worker at a time calls wait() and take(); the other members are for any thread.
class Reactor {
 public:
  /// Throws std::system_error if the descriptors cannot be created.
  Reactor();

  /// True if a sleep is one system call, epoll_pwait2. Linux before 5.11 does not have it, and
  /// older seccomp profiles forbid it; then a sleep is equally exact and takes two calls.
  [[nodiscard]] static bool waits_in_one_call() noexcept;

  /// Sleeps until something can be taken, wake() or `deadline`. May return early.
  void wait(TimePoint deadline) noexcept;
  void wake() noexcept;

  /// True if something can be taken now. No system call if no task waits for I/O.
  [[nodiscard]] bool has_finished() noexcept;

  /// True if any task waits for I/O; may be out of date at once.
  [[nodiscard]] bool is_waited_for() const noexcept {
    return pending_.load(std::memory_order_relaxed) != 0;  // relaxed: see take().
  }

  /// Appends the jobs whose I/O has finished: for each descriptor the reader before the writer
  /// (asyncio: selector_events.py, _process_events), then those of io(). Never waits, and makes no
  /// system call if no task waits for I/O. True: it looked.
  bool take(JobQueue& finished) noexcept {
    // relaxed: a wait that is armed meanwhile is seen next time.
    if (events_count_ == 0 && !is_waited_for()) return false;
    take_events(finished);
    return true;
  }

  /// Same as in Scheduler.
  bool watch(DescriptorWait& wait) noexcept;
  bool cancel(DescriptorWait& wait) noexcept;
  bool start_io(Timer& request) noexcept;
  bool cancel_io(Timer& request) noexcept;

 private:
  /// Waits for a descriptor; the index is the descriptor.
  struct Interest {
    DescriptorWait* reader = nullptr;
    DescriptorWait* writer = nullptr;
    bool registered = false;  ///< Known to epoll, as far as we know: epoll forgets a closed one.
  };
  static constexpr int kEventsMax = 1024;  // Tokio: nevents.

  void take_events(JobQueue& finished) noexcept;
  void take_descriptor(int descriptor, std::uint32_t events, JobQueue& finished) noexcept;
  void take_requests(JobQueue& finished) noexcept;
  int make_room_for(int descriptor) noexcept;
  int arm(int descriptor, Interest& interest) noexcept;
  void arm_timer() noexcept;
  void release(DescriptorWait*& slot, JobQueue& finished) noexcept;
  DescriptorWait*& slot_of(DescriptorWait& wait) noexcept;

  const OwnedDescriptor epoll_;
  const OwnedDescriptor wake_;
  const OwnedDescriptor timer_;

  // Used only by the waiting worker.
  std::array<epoll_event, kEventsMax> events_;
  int events_count_ = 0;  ///< Returned by wait() and not taken yet.

  std::atomic<std::uint64_t> pending_{0};  ///< Waits and requests. Written under the mutex.

  std::mutex mutex_;  // Guards the members below.
  std::vector<Interest> interests_;
  TimerHeap<TimerTies::first_in> requests_;
  TimePoint timer_deadline_ = kForever;  ///< Current setting of the timer descriptor.
};

}  // namespace loopsteal
