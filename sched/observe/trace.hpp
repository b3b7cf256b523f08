// Timeline of a run that Perfetto and chrome://tracing open. Each worker's buffer keeps its events
// while the run lasts; the timeline is drawn afterwards.
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

/// One stored event. The meaning of the fields depends on `kind`.
struct TraceEvent {
  enum class Kind : std::uint8_t {
    job,       ///< [at, until) on the worker; `other` made it ready at `ready_at`.
    park,      ///< [at, until) asleep.
    steal,     ///< The worker took `count` jobs from `other`.
    wake,      ///< The worker, or an outside thread, woke `other`.
    overflow,  ///< A full queue moved half of itself to the injector.
    ready      ///< An outside thread made a job ready.
  };

  TimePoint at{};
  TimePoint until{};
  TimePoint ready_at{};
  std::uint32_t count = 0;  ///< For a job: jobs left in the queue.
  WorkerId other = kNoWorker;
  Kind kind = Kind::job;
  ReadyCause cause = ReadyCause::spawned;
};

/// Events of one worker, in the order in which they ended. One thread at a time. Adding takes no
/// lock and allocates only once in kChunk events.
class TraceBuffer {
 public:
  /// Forgets all events and accepts up to `max_events` from now on.
  void reset(std::size_t max_events) noexcept;

  /// Keeps `event`, or counts it as dropped if there is no room or no memory.
  void add(const TraceEvent& event) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] const TraceEvent& operator[](std::size_t i) const noexcept {
    return chunks_[i / kChunk][i % kChunk];
  }

  /// Events that came when there was no room: the last ones of the run.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// Time of the first dropped event; undefined if there is none.
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

/// Takes text in pieces. The writer passes its exceptions on.
using TextSink = std::function<void(std::string_view)>;

/// Writes text into `file`, which the caller keeps open. Each piece reaches the operating system
/// before the sink returns; otherwise it throws std::system_error.
[[nodiscard]] TextSink text_into(std::FILE* file);

/// Input of a timeline.
struct TraceSource {
  TimePoint begin{};  ///< Of the run: zero on the timeline.
  std::span<const TraceBuffer* const> workers;
  const TraceBuffer& outside;  ///< Events of threads that are not workers.
};

/// Writes the timeline as Chrome's JSON (the object form; times in microseconds with nanoseconds
/// after the point). It has one track per worker and one for the outside, a slice per job and
/// sleep, an arrow per steal (victim to thief) and wake (waker to sleeper), and a counter per
/// worker for its queue. Each end of an arrow is in a separate slice, 100 ns long if there is room.
/// `title` is UTF-8. Throws the exceptions of `sink`, and std::bad_alloc.
void write_chrome_trace(const TextSink& sink, const TraceSource& source, std::string_view title);

}  // namespace loopsteal
