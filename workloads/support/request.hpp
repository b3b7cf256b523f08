// Timed requests: common code of the workloads with latencies.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/coro/verbs.hpp"
#include "sched/core/scheduler.hpp"
#include "workloads/request_sink.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// One slot for each request, made beforehand: requests write their own slot and share nothing. If
/// the setup's sink wants the requests, there are no slots and each request goes to the sink.
class RequestLog {
 public:
  /// Keeps every request.
  explicit RequestLog(std::uint64_t requests)
      : requests_(requests), samples_(requests, kNotServed) {}

  /// Asks the sink of `setup`.
  RequestLog(std::uint64_t requests, const WorkloadSetup& setup)
      : requests_(requests),
        sink_(setup.sink != nullptr && setup.sink->wants(requests) ? setup.sink : nullptr),
        samples_(sink_ == nullptr ? requests : 0, kNotServed) {}

  /// Request `index` was served. Called from any thread, once for each request.
  void note(std::uint64_t index, const RequestSample& sample) noexcept {
    if (sink_ == nullptr) [[likely]] {
      samples_[index] = sample;
    } else {
      sink_->take(index, sample);
    }
  }

  /// Requests that were served. Call after the run.
  [[nodiscard]] std::uint64_t served() const noexcept {
    if (sink_ != nullptr) return sink_->account().taken;
    std::uint64_t count = 0;
    for (const RequestSample& sample : samples_) count += sample.sojourn >= Duration::zero();
    return count;
  }

  /// True if each was served, none before it arrived, and none done before it began. Call after the
  /// run.
  [[nodiscard]] bool complete() const noexcept {
    if (sink_ != nullptr) return taken_once_each();
    for (const RequestSample& sample : samples_) {
      if (is_impossible(sample)) return false;
    }
    return true;
  }

  /// Empty if the requests went to a sink.
  [[nodiscard]] std::vector<RequestSample> take() noexcept { return std::move(samples_); }

 private:
  // A request taken twice in place of another one changes the sum of the marks; the chance that the
  // sum stays the same is 2^-64.
  [[nodiscard]] bool taken_once_each() const noexcept {
    std::uint64_t marks = 0;
    for (std::uint64_t index = 0; index < requests_; ++index) marks += mark_of(index);
    const RequestSink::Account account = sink_->account();
    return account.taken == requests_ && account.marks == marks && account.impossible == 0;
  }

  static constexpr RequestSample kNotServed{Duration(-1), Duration(-1)};
  std::uint64_t requests_;
  RequestSink* sink_ = nullptr;
  std::vector<RequestSample> samples_;
};

/// Serves request `index` of `log`, which arrived, or should have arrived, at `arrival`.
inline Task<void> serve(Scheduler& scheduler, TimePoint arrival, Work work, RequestLog& log,
                        std::uint64_t index) {
  const TimePoint begin = scheduler.now();
  co_await compute(work);
  log.note(index, {begin - arrival, scheduler.now() - arrival});
}

/// Result of a run of timed requests: the answer is the number served.
[[nodiscard]] inline WorkloadResult result_of(RequestLog& log, std::uint64_t requests) {
  WorkloadResult result;
  result.tasks = requests;
  result.answer = log.served();
  result.answer_ok = result.answer == requests && log.complete();
  result.samples = log.take();
  return result;
}

}  // namespace loopsteal
