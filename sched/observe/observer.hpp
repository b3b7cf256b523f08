// Observers of a run. A machine calls an observer in the worker concerned; neither policies nor
// workloads know about it. It is a template parameter of the machine: an observer that is off is
// absent from the binary, costs no branch, and reads no clock.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "sched/core/job.hpp"
#include "sched/core/measurement.hpp"

namespace loopsteal {

template <class O>
concept Observer = requires(O& o, WorkerId w, Job& job, ReadyCause cause, TimePoint t,
                            std::uint64_t n, std::size_t depth, Measurement& result) {
  { O::kEnabled } -> std::convertible_to<bool>;  // If false, none of the following is called.
  {o.begin_run(w, t)};                           // w: number of workers. While none runs.
  { o.on_ready(w, job, cause, t) }
  noexcept;  // Before it is pushed; w may be kNoWorker.
  { o.on_run(w, job, t, depth) }
  noexcept;  // Taken; depth: jobs left in the queue.
  { o.on_rest(w, t) }
  noexcept;  // The job released the worker; it may be gone.
  { o.on_steal(w, w, n, t) }
  noexcept;  // The first steals from the second; called on the first.
  { o.on_wake(w, w, t) }
  noexcept;  // The first (or kNoWorker) wakes the second.
  { o.on_park(w, t, t) }
  noexcept;  // Beginning and end of the sleep.
  { o.on_overflow(w, t) }
  noexcept;
  {o.end_run(result, t)};  // Called while no worker runs: adds its results.
};

/// Records nothing, costs nothing.
struct NullObserver {
  static constexpr bool kEnabled = false;
  void begin_run(WorkerId, TimePoint) noexcept {}
  void on_ready(WorkerId, Job&, ReadyCause, TimePoint) noexcept {}
  void on_run(WorkerId, Job&, TimePoint, std::size_t) noexcept {}
  void on_rest(WorkerId, TimePoint) noexcept {}
  void on_steal(WorkerId, WorkerId, std::uint64_t, TimePoint) noexcept {}
  void on_wake(WorkerId, WorkerId, TimePoint) noexcept {}
  void on_park(WorkerId, TimePoint, TimePoint) noexcept {}
  void on_overflow(WorkerId, TimePoint) noexcept {}
  void end_run(Measurement&, TimePoint) noexcept {}
};
static_assert(Observer<NullObserver>);

}  // namespace loopsteal
