#include "sched/observe/recorder.hpp"

#include <vector>

namespace loopsteal {

void Recorder::begin_run(WorkerId workers, TimePoint t) {
  workers_ = std::make_unique<Worker[]>(workers);
  workers_count_ = workers;
  begin_ = t;
  if (!options_.trace) return;
  for (WorkerId w = 0; w < workers; ++w)
    workers_[w].events.reset(options_.trace_events_max_per_worker);
  const std::lock_guard lock(outside_mutex_);
  outside_.reset(options_.trace_events_max_per_worker);
  outside_heard_ = true;
}

void Recorder::end_run(Measurement& result, TimePoint) {
  {
    const std::lock_guard lock(outside_mutex_);
    outside_heard_ = false;
  }
  if (!options_.delays) return;
  for (WorkerId w = 0; w < workers_count_; ++w) {
    workers_[w].schedule_latency.add_to(result.schedule_latency_bins);
    workers_[w].poll_time.add_to(result.poll_time_bins);
  }
}

void Recorder::add_outside(const TraceEvent& event) noexcept {
  const std::lock_guard lock(outside_mutex_);
  if (outside_heard_) outside_.add(event);
}

void Recorder::write_trace(const TextSink& sink, std::string_view title) const {
  std::vector<const TraceBuffer*> buffers;
  for (WorkerId w = 0; w < workers_count_; ++w) buffers.push_back(&workers_[w].events);
  // The outside's buffer does not change between runs, so no lock is needed to read it.
  write_chrome_trace(sink, {.begin = begin_, .workers = buffers, .outside = outside_}, title);
}

void Recorder::write_trace(std::FILE* file, std::string_view title) const {
  write_trace(text_into(file), title);
}

std::uint64_t Recorder::trace_events_dropped() const {
  std::uint64_t dropped = outside_.dropped();
  for (WorkerId w = 0; w < workers_count_; ++w) dropped += workers_[w].events.dropped();
  return dropped;
}

}  // namespace loopsteal
