// Typical mix of a service: requests that compute, call another service, wait a moment and compute
// again; every so often a request that computes for long; and a few calls that block a thread.
#include "sched/core/config/knob_makers.hpp"
#include "sched/core/coro/task_group.hpp"
#include "sched/core/coro/verbs.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/arrivals.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/service_times.hpp"

namespace loopsteal {
namespace {

struct MixedOptions {
  std::uint32_t requests = 100;
  double load = 0.6;
  Duration mean = std::chrono::microseconds(40);
  Duration io = std::chrono::microseconds(200);
  Duration timer = std::chrono::milliseconds(1);
  std::uint32_t blocking_every = 50;
  Duration blocking = std::chrono::milliseconds(1);
};
using Options = MixedOptions;

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::requests, Range{1, 100'000'000}>("requests", "Requests.", "ours"),
    knob<&Options::load, Thousandths{1, 10'000}>(
        "load", "Arriving work as a share of what the scheduler's workers can do.", "ours"),
    knob<&Options::mean, Range{1, kHourNs}>(
        "mean", "Mean CPU work of a request; one in ten has eleven times that of the others.",
        "ours; the shares are those of bimodal1"),
    knob<&Options::io, Range{0, kHourNs}>("io", "Latency of the service that a request calls.",
                                          "ours"),
    knob<&Options::timer, Range{0, kHourNs}>("timer", "The moment waited.", "ours"),
    knob<&Options::blocking_every, Range{1, 100'000'000}>(
        "blocking_every", "One request in so many makes a blocking call.", "ours"),
    knob<&Options::blocking, Range{0, kHourNs}>(
        "blocking", "Time for which that call blocks its thread.", "ours")};

class Mixed final : public Workload {
 public:
  static constexpr std::string_view kName = "mixed";
  static constexpr std::string_view kQuestion =
      "How do computing, I/O and timers get along on the same workers?";
  static constexpr Shape kShape = Shape::imbalanced;
  static constexpr bool kNeedsDescriptors = false;

  using Options = MixedOptions;
  static Options defaults(Size size) {
    if (size == Size::small) return {};
    return {.requests = 12'000};
  }
  static std::span<const Knob<Options>> knobs() { return kKnobs; }

  Mixed(const Options& options, const WorkloadSetup& setup)
      : options_(options),
        seed_(setup.seed),
        services_({.kind = ServiceKind::bimodal1, .mean = options.mean}),
        arrivals_({.mean_gap_ns =
                       static_cast<double>(options.mean.count()) / (options.load * setup.workers)},
                  setup.seed),
        log_(options.requests, setup) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup requests(scheduler);
    const TimePoint start = scheduler.now();
    for (std::uint32_t i = 0; i < options_.requests; ++i) {
      const TimePoint arrival = start + arrivals_.next();
      if (scheduler.now() < arrival) co_await io_until(arrival);
      requests.spawn(serve_mixed(scheduler, arrival, i));
    }
    co_await requests.join();
  }

  WorkloadResult result() override { return result_of(log_, options_.requests); }

 private:
  Task<void> serve_mixed(Scheduler& scheduler, TimePoint arrival, std::uint32_t request) {
    const TimePoint begin = scheduler.now();
    const Work half{services_.of_job(seed_, request).ns / 2};
    co_await compute(half);
    co_await io(options_.io);
    co_await sleep_for(options_.timer);
    if (request % options_.blocking_every == 0) co_await blocking(options_.blocking);
    co_await compute(half);
    log_.note(request, {begin - arrival, scheduler.now() - arrival});
  }

  const Options options_;
  const std::uint64_t seed_;
  const ServiceTimes services_;
  Arrivals arrivals_;
  RequestLog log_;
};

}  // namespace

WorkloadInfo mixed_entry() { return workload_info<Mixed>(); }

}  // namespace loopsteal
