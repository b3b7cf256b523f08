// A workload: something to run on any scheduler, with an answer that can be checked.
//
// Workloads are coroutines against sched/core and know nothing of where they run: real threads or
// virtual time, one loop or many workers. Each asks one question about schedulers, in one line.
#pragma once
#include <cstdint>
#include <vector>

#include "sched/core/job.hpp"
#include "sched/core/scheduler.hpp"
#include "sched/core/task.hpp"
#include "sched/core/time.hpp"

namespace loopsteal {

/// Every workload has a size for tests and first looks (under 50 ms of CPU) and one to measure with
/// (a fraction of a second to two seconds).
enum class Size : std::uint8_t { small, full };

/// Whether equal pieces of work come evenly to all workers, or not.
enum class Shape : std::uint8_t { balanced, imbalanced };

class RequestSink;  // See request_sink.hpp.

/// What a workload is made for, besides its own settings.
struct WorkloadSetup {
  std::uint64_t seed = 1;  ///< Of arrivals, sizes and keys: see StreamRole.
  WorkerId workers = 1;    ///< Of the scheduler it will run on: `load` is relative to all of them.
  Size size = Size::small;
  /// Where the requests of a long run go; null: every request is kept. Outlives the workload.
  RequestSink* sink = nullptr;
};

/// How one request fared; both from its intended arrival, so that a late generator hides nothing.
struct RequestSample {
  Duration wait{};     ///< Until its service began.
  Duration sojourn{};  ///< Until it was done.
};

struct WorkloadResult {
  std::uint64_t tasks = 0;   ///< Operations done: what a throughput is a multiple of.
  std::uint64_t answer = 0;  ///< What came out.
  bool answer_ok = false;    ///< Whether that is right, and everything else that was checked.
  /// By index of the request. Empty where there are no requests, and where a RequestSink took them.
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

  /// The task that does it all: when it ends, nothing it started is left. An exception that escapes
  /// it means that the run is worth nothing (no descriptors left, say).
  [[nodiscard]] virtual Task<void> root(Scheduler& scheduler) = 0;

  /// After the run, on the thread that called Scheduler::run(). May take a while where the answer
  /// is checked by computing it again.
  [[nodiscard]] virtual WorkloadResult result() = 0;
};

}  // namespace loopsteal
