// An open loop: requests arrive when they arrive, however busy the workers are, and each is a task
// with some CPU work in it. The latency of a request counts from its intended arrival.
//
// Arrival k and the size of request k are the same under every scheduler. With sizes that differ
// much (bimodal, lognormal, Pareto) the workload is imbalanced: short requests wait behind long
// ones unless somebody takes them away.
#include <charconv>
#include <string>

#include "sched/core/task_group.hpp"
#include "workloads/entries.hpp"
#include "workloads/support/arrivals.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/request.hpp"
#include "workloads/support/service_times.hpp"

namespace loopsteal {
namespace {

constexpr double kNoRate = 0;

struct RequestOptions {
  ArrivalKind arrivals = ArrivalKind::poisson;
  double load = 0.7;
  double rate_per_second = kNoRate;
  ServiceKind service = ServiceKind::exp;
  Duration mean = std::chrono::microseconds(20);
  double cv2 = 4;
  double alpha = 2.5;
  std::uint32_t count = 200;
  double burst = 20;
  double on_share = 0.1;
};
using Options = RequestOptions;

// A rate has a unit, as a duration has: "1000/s".
void set_rate(Options& options, std::string_view text) {
  if (text == "load") {
    options.rate_per_second = kNoRate;
    return;
  }
  const bool has_unit = text.ends_with("/s");
  if (!has_unit)
    throw SpecError("\"" + std::string(text) +
                    "\" is not a rate: write a number of requests and \"/s\", as in 1000/s.");
  text.remove_suffix(2);
  options.rate_per_second = parse_real(text, Thousandths{1, 1'000'000'000'000});
}

std::string get_rate(const Options& options) {
  if (options.rate_per_second == kNoRate) return "load";
  return print_real(options.rate_per_second) + "/s";
}

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::arrivals, kArrivalKinds>("arrivals", "The arrival process.",
                                            "Poisson: many independent users"),
    knob<&Options::load, Thousandths{1, 10'000}>(
        "load", "Arriving work as a share of what all workers can do.", "ours"),
    {"rate", "load|0.001/s..1000000000/s", "ours", "Arrivals a second, in place of load.", set_rate,
     get_rate},
    knob<&Options::service, kServiceKinds>("service", "The distribution of the requests' work.",
                                           "exponential: what queueing theory knows best"),
    knob<&Options::mean, Range{1, kHourNs}>("mean", "Mean work of a request.", "ours"),
    knob<&Options::cv2, Thousandths{0, 1'000'000}>(
        "cv2", "Squared coefficient of variation of the lognormal.", "validated at 4"),
    knob<&Options::alpha, Thousandths{1'001, 1'000'000}>("alpha", "Tail index of the Pareto.",
                                                         "validated at 2.5"),
    knob<&Options::count, Range{1, 100'000'000}>("count", "Requests.", "ours"),
    knob<&Options::burst, Thousandths{1, 1'000'000'000}>(
        "burst", "With bursty arrivals: mean number of requests in a burst.", "ours"),
    knob<&Options::on_share, Thousandths{1, 1'000}>(
        "on_share", "With bursty arrivals: share of the time that is inside bursts.", "ours")};

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
  static std::span<const Knob<Options>> knobs() { return kKnobs; }
  static Shape shape_with(const Options& options) {
    const bool even = options.service == ServiceKind::det || options.service == ServiceKind::exp;
    return even ? Shape::balanced : Shape::imbalanced;
  }

  static void check(const Spec& spec) {
    bool has_load = false;
    bool has_rate = false;
    for (const auto& [key, value] : spec.settings) {
      has_load = has_load || key == "load";
      has_rate = has_rate || (key == "rate" && value != "load");
    }
    if (has_load && has_rate)
      throw SpecError("requests: load and rate both say how often requests arrive; give one.");
  }

  Requests(const Options& options, const WorkloadSetup& setup)
      : options_(options),
        seed_(setup.seed),
        services_({options.service, options.mean, options.cv2, options.alpha}),
        arrivals_({options.arrivals, mean_gap_ns(options, setup.workers), options.burst,
                   options.on_share},
                  setup.seed),
        log_(options.count) {}

  Task<void> root(Scheduler& scheduler) override {
    TaskGroup requests(scheduler);
    const TimePoint start = scheduler.now();
    for (std::uint32_t i = 0; i < options_.count; ++i) {
      const TimePoint arrival = start + arrivals_.next();
      // As input arrives, not as timers fire: those are no finer than a millisecond.
      if (scheduler.now() < arrival) co_await io_until(arrival);
      requests.spawn(serve(scheduler, arrival, services_.of_job(seed_, i), log_[i]));
    }
    co_await requests.join();
  }

  WorkloadResult result() override { return result_of(log_, options_.count); }

 private:
  static double mean_gap_ns(const Options& options, WorkerId workers) {
    if (options.rate_per_second != kNoRate) return 1e9 / options.rate_per_second;
    return static_cast<double>(options.mean.count()) / (options.load * workers);
  }

  const Options options_;
  const std::uint64_t seed_;
  const ServiceTimes services_;
  Arrivals arrivals_;
  RequestLog log_;
};

}  // namespace

WorkloadInfo requests_entry() { return workload_info<Requests>(); }

}  // namespace loopsteal
