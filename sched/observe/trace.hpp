// A run as a timeline that Perfetto and chrome://tracing open: what happened is kept in a buffer a
// worker while the run lasts, and drawn afterwards.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "sched/core/job.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// One thing that happened, as it is kept. What the fields mean depends on `kind`.
struct TraceEvent {
  enum class Kind : std::uint8_t {
    job,       ///< [at, until) on the worker; `other` made it ready at `ready_at`.
    park,      ///< [at, until) asleep.
    steal,     ///< The worker took `count` jobs from `other`.
    wake,      ///< The worker, or an outsider, woke `other`.
    overflow,  ///< A full queue moved half of itself to the injector.
    ready      ///< An outsider made a job ready.
  };

  TimePoint at{};
  TimePoint until{};
  TimePoint ready_at{};
  std::uint32_t count = 0;  ///< Of a job: how many were left in the queue.
  WorkerId other = kNoWorker;
  Kind kind = Kind::job;
  ReadyCause cause = ReadyCause::spawned;
};

/// The events of one worker, in the order in which they ended. One thread at a time. Adding takes
/// no lock and, but for one in kChunk events, no memory.
class TraceBuffer {
 public:
  /// Forgets all and takes `max_events` from now on.
  void reset(std::size_t max_events) noexcept;

  /// Keeps `event`, or counts it as dropped if there is no room or no memory.
  void add(const TraceEvent& event) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const TraceEvent& operator[](std::size_t i) const noexcept {
    return chunks_[i / kChunk][i % kChunk];
  }

  /// Events that came when there was no room: the last ones of the run.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// When the first of them came; meaningless if there is none.
  [[nodiscard]] TimePoint dropped_from() const noexcept { return dropped_from_; }

 private:
  static constexpr std::size_t kChunk = 2048;

  [[nodiscard]] bool grow() noexcept;

  std::vector<std::unique_ptr<TraceEvent[]>> chunks_;
  std::size_t max_events_ = 0;
  std::size_t size_ = 0;
  std::uint64_t dropped_ = 0;
  TimePoint dropped_from_{};
};

/// Takes text, piece by piece. What it throws comes out of whoever writes to it.
using TextSink = std::function<void(std::string_view)>;

/// Takes text into `file`, which stays the caller's. Each piece reaches the operating system before
/// the sink returns; it throws std::system_error if it does not.
[[nodiscard]] TextSink text_into(std::FILE* file);

/// What a timeline is drawn from.
struct TraceSource {
  TimePoint begin{};  ///< Of the run: zero on the timeline.
  std::span<const TraceBuffer* const> workers;
  const TraceBuffer& outside;  ///< What threads did that are no workers.
};

/// Writes the timeline as Chrome's JSON (the object form; times in microseconds with nanoseconds
/// behind the point): one track a worker and one for the outside, a slice a job and a sleep, an
/// arrow a steal (victim to thief) and a wake (waker to sleeper), and a counter a worker for its
/// queue. Each end of an arrow lies in a slice of its own, 100 ns long where there is room. `title`
/// is UTF-8. Throws what `sink` throws, and std::bad_alloc.
void write_chrome_trace(const TextSink& sink, const TraceSource& source, std::string_view title);

}  // namespace loopsteal
