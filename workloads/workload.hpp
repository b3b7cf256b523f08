// A workload: something to run on any scheduler, with an answer that can be checked.
//
// Workloads are coroutines on sched/core. They do not know whether they run on real threads or in
// virtual time, on one loop or many workers. Each asks one question about schedulers, in one line.
#pragma once
#include <cstdint>
#include <vector>

#include "sched/core/coro/task.hpp"
#include "sched/core/job.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Every workload has a size for tests and first looks (under 50 ms of CPU) and a size for
/// measurements (a fraction of a second to two seconds).
enum class Size : std::uint8_t { small, full };

/// Whether equal pieces of work come evenly to all workers, or not.
enum class Shape : std::uint8_t { balanced, imbalanced };

class RequestSink;  // See request_sink.hpp.

/// What a workload is made for, besides its own settings.
struct WorkloadSetup {
  std::uint64_t seed = 1;  ///< Of arrivals, sizes and keys: see StreamRole.
  WorkerId workers = 1;    ///< Of the scheduler; `load` is relative to all of them.
  Size size = Size::small;
  /// Destination for the requests of a long run; null: every request is kept. Outlives the
  /// workload.
  RequestSink* sink = nullptr;
};

/// Times of one request. Both count from its intended arrival, so that a late generator hides
/// nothing.
struct RequestSample {
  Duration wait{};     ///< Until its service began.
  Duration sojourn{};  ///< Until it was done.
};

struct WorkloadResult {
  std::uint64_t tasks = 0;   ///< Operations done: the unit of throughput.
  std::uint64_t answer = 0;  ///< The result.
  bool answer_ok = false;    ///< True if the result and everything else that was checked are right.
  /// By index of the request. Empty if there are no requests, or a RequestSink took them.
  std::vector<RequestSample> samples;
};

/// One run of a workload: make it, run its root task once, ask for the result once. It must outlive
/// the run.
class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload() = default;

  /// The main task: when it ends, nothing that it started is left. An exception that escapes it
  /// invalidates the run (no descriptors left, for example).
  [[nodiscard]] virtual Task<void> root(Scheduler& scheduler) = 0;

  /// Call after the run, on the thread that called Scheduler::run(). May take a while if it checks
  /// the answer by computing it again.
  [[nodiscard]] virtual WorkloadResult result() = 0;
};

}  // namespace loopsteal
