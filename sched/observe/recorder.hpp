// The observer that records everything: delays, and on request a timeline.
//
// Every worker writes to its own memory. Other threads also make jobs ready and wake workers; their
// events go to one buffer under a mutex.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string_view>

#include "sched/core/job.hpp"
#include "sched/core/measurement.hpp"
#include "sched/core/time.hpp"
#include "sched/observe/delays.hpp"
#include "sched/observe/observer.hpp"
#include "sched/observe/trace.hpp"

namespace loopsteal {

struct RecorderOptions {
  bool delays = true;  ///< Fills the bins of the Measurement.
  bool trace = false;  ///< Keeps the events for write_trace().
  /// Memory is bounded: 40 bytes an event, allocated as events come. Events after a worker's buffer
  /// is full are missing from the timeline, and counted.
  std::size_t trace_events_max_per_worker = std::size_t{1} << 18;
};

/// Records one run at a time; each run replaces the one before. Use it with one scheduler at a
/// time; it must outlive the scheduler. Its cost is part of the run: publish throughput from runs
/// without it.
class Recorder {
 public:
  static constexpr bool kEnabled = true;

  explicit Recorder(const RecorderOptions& options = {}) : options_(options) {}

  [[nodiscard]] const RecorderOptions& options() const noexcept { return options_; }

  // ---- For machines: concept Observer -----------------------------------------------------------

  void begin_run(WorkerId workers, TimePoint t);

  void on_ready(WorkerId w, Job& job, ReadyCause cause, TimePoint t) noexcept {
    job.ready_at = t;
    if (w == kNoWorker && options_.trace)
      add_outside({.at = t, .kind = TraceEvent::Kind::ready, .cause = cause});
  }

  void on_run(WorkerId w, Job& job, TimePoint t, std::size_t depth) noexcept {
    Worker& me = workers_[w];
    if (options_.delays) me.schedule_latency.add(t - job.ready_at);
    me.running = {.at = t,
                  .ready_at = job.ready_at,
                  .count = clamped(depth),
                  .other = job.ready_on,
                  .kind = TraceEvent::Kind::job,
                  .cause = job.cause};
  }

  void on_rest(WorkerId w, TimePoint t) noexcept {
    Worker& me = workers_[w];
    if (options_.delays) me.poll_time.add(t - me.running.at);
    me.running.until = t;
    if (options_.trace) me.events.add(me.running);
  }

  void on_steal(WorkerId thief, WorkerId victim, std::uint64_t jobs, TimePoint t) noexcept {
    if (!options_.trace) return;
    workers_[thief].events.add(
        {.at = t, .count = clamped(jobs), .other = victim, .kind = TraceEvent::Kind::steal});
  }

  void on_wake(WorkerId waker, WorkerId woken, TimePoint t) noexcept {
    if (!options_.trace) return;
    const TraceEvent event{.at = t, .other = woken, .kind = TraceEvent::Kind::wake};
    if (waker == kNoWorker) return add_outside(event);
    workers_[waker].events.add(event);
  }

  void on_park(WorkerId w, TimePoint from, TimePoint to) noexcept {
    if (!options_.trace) return;
    workers_[w].events.add({.at = from, .until = to, .kind = TraceEvent::Kind::park});
  }

  void on_overflow(WorkerId w, TimePoint t) noexcept {
    if (!options_.trace) return;
    workers_[w].events.add({.at = t, .kind = TraceEvent::Kind::overflow});
  }

  void end_run(Measurement& result, TimePoint t);

  // ---- For the caller that wants the record: while no run is under way -------------------------

  /// Writes the timeline of the last run (see write_chrome_trace()); `title` names it. It is empty
  /// if there was no run, or options().trace is off. Throws the exceptions of the sink.
  void write_trace(const TextSink& sink, std::string_view title = "loopsteal") const;

  /// Writes the timeline into `file`, which the caller keeps open. Throws std::system_error if it
  /// cannot be written.
  void write_trace(std::FILE* file, std::string_view title = "loopsteal") const;

  /// Events missing from the timeline because their worker's buffer was full.
  [[nodiscard]] std::uint64_t trace_events_dropped() const;

 private:
  struct alignas(128) Worker {
    TraceEvent running;  ///< The job that runs, or ran last.
    DelayHistogram schedule_latency;
    DelayHistogram poll_time;
    TraceBuffer events;
  };

  static std::uint32_t clamped(std::uint64_t n) noexcept {
    return n < UINT32_MAX ? static_cast<std::uint32_t>(n) : UINT32_MAX;
  }

  void add_outside(const TraceEvent& event) noexcept;

  const RecorderOptions options_;
  WorkerId workers_count_ = 0;
  std::unique_ptr<Worker[]> workers_;
  TimePoint begin_{};

  std::mutex outside_mutex_;    ///< Outside threads act while a run begins and after its end.
  bool outside_heard_ = false;  ///< Between begin_run() and end_run().
  TraceBuffer outside_;
};
static_assert(Observer<Recorder>);

}  // namespace loopsteal
