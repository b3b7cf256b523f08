#include "workloads/support/request_options.hpp"

#include <algorithm>
#include <string_view>

#include "sched/core/config/knob_makers.hpp"
#include "workloads/support/entry.hpp"
#include "workloads/support/task_work.hpp"

namespace loopsteal {
namespace {

using Options = RequestOptions;

// A rate has a unit, as a duration has: "1000/s".
void set_rate(Options& options, std::string_view text) {
  if (text == "load") {
    options.rate_per_second = kRateOfLoad;
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
  if (options.rate_per_second == kRateOfLoad) return "load";
  return print_real(options.rate_per_second) + "/s";
}

// Knob makers support direct members only.
void set_format(Options& options, std::string_view text) {
  static constexpr Knob<TraceOptions> kFormat =
      knob<&TraceOptions::format, kTraceFormats>("format", "", "");
  kFormat.set(options.replay, text);
}
std::string get_format(const Options& options) {
  return std::string(
      std::ranges::find(kTraceFormats, options.replay.format, &Named<TraceFormat>::value)->name);
}
void set_speed(Options& options, std::string_view text) {
  options.replay.speed = parse_real(text, Thousandths{1, 1'000'000'000});
}
std::string get_speed(const Options& options) { return print_real(options.replay.speed); }
void set_token_time(Options& options, std::string_view text) {
  options.replay.token_time = parse_duration(text, Range{0, kHourNs});
}
std::string get_token_time(const Options& options) {
  return print_duration(options.replay.token_time);
}

constexpr Knob<Options> kKnobs[] = {
    knob<&Options::arrivals, kArrivalKinds>("arrivals", "The arrival process.",
                                            "Poisson: many independent users"),
    knob<&Options::load, Thousandths{1, 10'000}>(
        "load",
        "Arriving work as a share of what the scheduler's workers can do; rate compares at equal "
        "traffic.",
        "ours"),
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
        "on_share", "With bursty arrivals: share of the time that is inside bursts.", "ours"),
    knob<&Options::source, kRequestSources>(
        "source",
        "Whether requests come from outside the workers or from a task among the others, and "
        "whether "
        "that one waits by timers.",
        "outside: clients do not wait for the server's workers"),
    task_work_knob<&Options::task_work>(),
    knob<&Options::trace>(
        "trace", "A CSV file of arrivals and sizes, in place of generated ones, or off.", "ours"),
    {"format", "header|loopsteal|azure_functions|azure_llm", "ours",
     "Columns of the trace: arrival_s,service_s[,key]; app,func,end_timestamp,duration; "
     "TIMESTAMP,ContextTokens,GeneratedTokens; header: whichever the first line names.",
     set_format, get_format},
    {"speed", "0.001..1000000", "ours", "Divisor of the trace's arrivals and sizes.", set_speed,
     get_speed},
    {"token_time", "0ns..60min", "ours", "With a trace of tokens: work of a generated one.",
     set_token_time, get_token_time}};

constexpr std::string_view kGenerated[] = {"arrivals", "load",  "rate",  "service", "mean",
                                           "cv2",      "alpha", "count", "burst",   "on_share"};
constexpr std::string_view kReplayed[] = {"format", "speed", "token_time"};

const std::string* setting(const Spec& spec, std::string_view key) noexcept {
  for (const auto& [name, value] : spec.settings) {
    if (name == key) return &value;
  }
  return nullptr;
}

// Default of a knob, as text.
std::string default_of(std::string_view key) {
  const Knob<Options>* const found = std::ranges::find(kKnobs, key, &Knob<Options>::name);
  return found->get({});
}

// Sum of numbers and of their squares, for mean and variance.
class Moments {
 public:
  void add(double value) noexcept {
    ++count_;
    const double off = value - mean_;
    mean_ += off / static_cast<double>(count_);
    squares_ += off * (value - mean_);
  }
  [[nodiscard]] double mean() const noexcept { return mean_; }
  [[nodiscard]] double cv2() const noexcept {
    return mean_ == 0 ? 0 : squares_ / static_cast<double>(count_) / (mean_ * mean_);
  }

 private:
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

}  // namespace

std::span<const Knob<RequestOptions>> request_knobs() noexcept { return kKnobs; }

void check_request_settings(const Spec& spec) {
  const std::string* const trace = setting(spec, "trace");
  const bool replays = trace != nullptr && *trace != kNoTrace;
  for (const std::string_view key : kGenerated) {
    if (replays && setting(spec, key) != nullptr)
      throw SpecError("requests: the trace says when requests arrive and what they take; leave " +
                      std::string(key) + " out.");
  }
  for (const std::string_view key : kReplayed) {
    const std::string* const value = setting(spec, key);
    if (!replays && value != nullptr && *value != default_of(key))
      throw SpecError("requests: " + std::string(key) +
                      " is about a trace; give one, as in trace=" + "requests.csv, or leave " +
                      std::string(key) + " out.");
  }
  const std::string* const rate = setting(spec, "rate");
  if (setting(spec, "load") != nullptr && rate != nullptr && *rate != "load")
    throw SpecError("requests: load and rate both say how often requests arrive; give one.");
}

ArrivalOptions arrivals_of(const RequestOptions& options, WorkerId workers) noexcept {
  const bool by_rate = options.rate_per_second != kRateOfLoad;
  const double gap_ns = by_rate
                            ? 1e9 / options.rate_per_second
                            : static_cast<double>(options.mean.count()) / (options.load * workers);
  return {options.arrivals, gap_ns, options.burst, options.on_share};
}

ServiceOptions services_of(const RequestOptions& options) noexcept {
  return {options.service, options.mean, options.cv2, options.alpha};
}

OpenLoop open_loop_of(const RequestOptions& options, WorkerId workers) {
  if (options.has_trace())
    return open_loop_of(read_trace_file(options.trace, options.replay), workers);
  const ArrivalOptions arrivals = arrivals_of(options, workers);
  const auto mean_ns = static_cast<double>(options.mean.count());
  return {.arrivals = options.arrivals,
          .service = options.service,
          .load = mean_ns / (arrivals.mean_gap_ns * workers),
          .mean_gap_ns = arrivals.mean_gap_ns,
          .arrival_cv2 = squared_variation(arrivals),
          .mean_service_ns = mean_ns,
          .service_cv2 = ServiceTimes(services_of(options)).squared_variation(),
          .count = options.count};
}

OpenLoop open_loop_of(std::span<const TraceRequest> trace, WorkerId workers) noexcept {
  Moments gaps;
  Moments services;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    if (i > 0) gaps.add(static_cast<double>((trace[i].arrival - trace[i - 1].arrival).count()));
    services.add(static_cast<double>(trace[i].service.ns));
  }
  // Without gaps all requests arrive at once: infinitely fast.
  const double load = services.mean() == 0 ? 0 : services.mean() / (gaps.mean() * workers);
  return {.load = load,
          .mean_gap_ns = gaps.mean(),
          .arrival_cv2 = gaps.cv2(),
          .mean_service_ns = services.mean(),
          .service_cv2 = services.cv2(),
          .count = trace.size()};
}

}  // namespace loopsteal
