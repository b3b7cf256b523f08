// Requests that are timed: what the workloads with latencies have in common.
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "sched/core/scheduler.hpp"
#include "sched/core/task.hpp"
#include "sched/core/verbs.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// One place a request, made beforehand: requests write their own and share nothing.
class RequestLog {
 public:
  explicit RequestLog(std::uint64_t requests) : samples_(requests, kNotServed) {}

  /// The place of request `index`. It stays where it is.
  [[nodiscard]] RequestSample& operator[](std::uint64_t index) noexcept { return samples_[index]; }

  /// Requests that were served. After the run.
  [[nodiscard]] std::uint64_t served() const noexcept {
    std::uint64_t count = 0;
    for (const RequestSample& sample : samples_) count += sample.sojourn >= Duration::zero();
    return count;
  }

  /// Whether each was served, none before it arrived, and none done before it began. After the run.
  [[nodiscard]] bool complete() const noexcept {
    for (const RequestSample& sample : samples_) {
      if (sample.wait < Duration::zero() || sample.sojourn < sample.wait) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<RequestSample> take() noexcept { return std::move(samples_); }

 private:
  static constexpr RequestSample kNotServed{Duration(-1), Duration(-1)};
  std::vector<RequestSample> samples_;
};

/// Serves a request that arrived, or should have arrived, at `arrival`.
inline Task<void> serve(Scheduler& scheduler, TimePoint arrival, Work work, RequestSample& sample) {
  const TimePoint begin = scheduler.now();
  co_await compute(work);
  sample = {begin - arrival, scheduler.now() - arrival};
}

/// The result of a run that consisted of timed requests: the answer is how many were served.
[[nodiscard]] inline WorkloadResult result_of(RequestLog& log, std::uint64_t requests) {
  WorkloadResult result;
  result.tasks = requests;
  result.answer = log.served();
  result.answer_ok = result.answer == requests && log.complete();
  result.samples = log.take();
  return result;
}

}  // namespace loopsteal
