// Thread that waits for timers and I/O, for a scheduler that cannot.
//
// A oneTBB worker runs tasks or sleeps inside the library. It cannot wait for a deadline or a
// descriptor, as our own workers do. So a separate thread does only that. It sleeps without a
// deadline while no task waits for anything, and runs no job.
#pragma once
#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "sched/core/coro/suspension.hpp"
#include "sched/core/job_queue.hpp"
#include "sched/core/timer_heap.hpp"
#include "sched/machine/threads/reactor.hpp"

namespace loopsteal {

class ServiceThread {
 public:
  using Ready = std::function<void(Job&, ReadyCause)>;

  /// `ready` is called on the thread with each job whose I/O has finished or whose timer is due,
  /// and must not throw. Deadlines are rounded up to multiples of `granularity`. Throws
  /// std::system_error if the thread or descriptors cannot be created.
  ServiceThread(Duration granularity, Ready ready);
  ~ServiceThread() { end(); }
  ServiceThread(const ServiceThread&) = delete;
  ServiceThread& operator=(const ServiceThread&) = delete;

  /// Ends the thread: jobs that become ready afterwards stay here. One thread at a time.
  void end() noexcept;

  /// Same as in Scheduler. Any thread.
  bool submit_at(Timer& timer) noexcept;
  bool cancel(Timer& timer) noexcept;
  bool start_io(Timer& request) noexcept { return reactor_.start_io(request); }
  bool cancel_io(Timer& request) noexcept { return reactor_.cancel_io(request); }
  bool watch(DescriptorWait& wait) noexcept { return reactor_.watch(wait); }
  bool cancel(DescriptorWait& wait) noexcept { return reactor_.cancel(wait); }

 private:
  void serve() noexcept;
  void pass_on(JobQueue& jobs, ReadyCause cause) const;
  [[nodiscard]] TimePoint next_deadline() noexcept;
  void take_due(JobQueue& due) noexcept;
  [[nodiscard]] TimePoint round_up(TimePoint deadline) const noexcept;

  const Duration granularity_;
  const Ready ready_;
  Reactor reactor_;
  std::atomic<bool> ending_{false};

  std::mutex timer_mutex_;  // Guards the members below.
  TimerHeap<TimerTies::first_in> timers_;

  std::thread thread_;  // Last: it uses all members above.
};

}  // namespace loopsteal
