// An open loop: requests arrive at their own times, however busy the workers are. Each request is a
// task with some CPU work. Its latency counts from its intended arrival.
//
// Arrival k and the size of request k are the same under every scheduler. With very different sizes
// (bimodal, lognormal, Pareto) the workload is imbalanced: short requests wait behind long ones
// unless another worker takes them.
#include <optional>
#include <vector>

#include "sched/core/coro/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/request_options.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

// The requests of one run, in sequence.
class Incoming {
 public:
  Incoming(const RequestOptions& options, const WorkloadSetup& setup) {
    if (options.has_trace()) {
      trace_ = read_trace_file(options.trace, options.replay);
      count_ = trace_.size();
    } else {
      arrivals_.emplace(arrivals_of(options, setup.workers), setup.seed);
      services_.emplace(services_of(options), setup.seed);
      count_ = options.count;
    }
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  [[nodiscard]] TraceRequest next() noexcept {
    if (arrivals_) return {arrivals_->next(), services_->next(), kNoKey};
    return trace_[index_++];
  }

 private:
  std::optional<Arrivals> arrivals_;
  std::optional<ServiceSequence> services_;
  std::vector<TraceRequest> trace_;
  std::uint64_t index_ = 0;  // Index in the trace of the next request.
  std::uint64_t count_;
};

class Requests final : public Workload {
 public:
  static constexpr std::string_view kName = "requests";
  static constexpr std::string_view kQuestion =
      "How long do requests that nobody holds back wait for a worker?";
  static constexpr Shape kShape = Shape::balanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = RequestOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.mean = std::chrono::microseconds(50), .count = 12'000};
  }
  static std::span<const Knob<Options>> knobs() { return request_knobs(); }
  static Shape shape_with(const Options& options) {
    const bool even = options.service == ServiceKind::det || options.service == ServiceKind::exp;
    return even && !options.has_trace() ? Shape::balanced : Shape::imbalanced;
  }
  static void check(const Spec& spec) { check_request_settings(spec); }
  static OpenLoop open_loop(const Options& options, const WorkloadSetup& setup) {
    return open_loop_of(options, setup.workers);
  }

  Requests(const Options& options, const WorkloadSetup& setup)
      : source_(options.source),
        task_work_(options.task_work),
        incoming_(options, setup),
        log_(options.has_trace() ? RequestLog(incoming_.count())
                                 : RequestLog(incoming_.count(), setup)) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup requests(scheduler);
    const Work task_work = to_account(scheduler, task_work_);
    const TimePoint start = scheduler.now();
    for (std::uint64_t i = 0; i < incoming_.count(); ++i) {
      const TraceRequest request = incoming_.next();
      const TimePoint arrival = start + request.arrival;
      if (source_ == RequestSource::outside) {
        co_await outside_until(arrival);
      } else if (scheduler.now() < arrival && source_ == RequestSource::timers) {
        co_await sleep_until(arrival);
      } else if (scheduler.now() < arrival) {
        co_await io_until(arrival);  // As input arrives: timers are no finer than a millisecond.
      }
      if (task_work.ns > 0) {
        requests.spawn(serve_with(scheduler, arrival, request.service, task_work, i), request.key);
      } else {
        requests.spawn(serve(scheduler, arrival, request.service, log_, i), request.key);
      }
    }
    co_await requests.join();
  }

  WorkloadResult result() override { return result_of(log_, incoming_.count()); }

 private:
  // A separate coroutine, so that the frames of tasks without accounted work stay small.
  Task<void> serve_with(Scheduler& scheduler, TimePoint arrival, Work work, Work task_work,
                        std::uint64_t index) {
    const TimePoint begin = scheduler.now();
    co_await accounted(task_work);
    co_await compute(work);
    log_.note(index, {begin - arrival, scheduler.now() - arrival});
  }

  const RequestSource source_;
  const Duration task_work_;
  Incoming incoming_;
  RequestLog log_;  // A trace is in memory as a whole, so its requests are kept, too.
};

}  // namespace

WorkloadInfo requests_entry() { return workload_info<Requests>(); }

}  // namespace loopsteal
