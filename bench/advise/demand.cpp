#include "bench/advise/demand.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "bench/advise/trace_variation.hpp"
#include "bench/measure/measure.hpp"
#include "bench/measure/numbers.hpp"
#include "sched/catalog.hpp"
#include "workloads/support/request_options.hpp"

namespace loopsteal {
namespace {

constexpr double kLoadMax = 10;        // Limit of the knob.
constexpr double kVariationMax = 1e3;  // Limit of the knob.

const std::string* setting(const Spec& spec, std::string_view key) {
  const auto found =
      std::ranges::find(spec.settings, key, &std::pair<std::string, std::string>::first);
  return found == spec.settings.end() ? nullptr : &found->second;
}

void remove(Spec& spec, std::initializer_list<std::string_view> keys) {
  std::erase_if(spec.settings,
                [&](const auto& one) { return std::ranges::find(keys, one.first) != keys.end(); });
}

void set(Spec& spec, std::string_view key, std::string value) {
  remove(spec, {key});
  spec.settings.emplace_back(key, std::move(value));
}

// The ending of its name determines the kind of a file.
Spec spec_of(const std::string& workload) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(workload, ignored)) {
    if (workload.ends_with(".csv")) return {"requests", {{"trace", workload}}};
    if (workload.ends_with(".json")) return {"script", {{"file", workload}}};
    throw SpecError(
        fmt::format("\"{}\" is a file of no known kind. Known are traces of requests (FILE.csv), "
                    "scripted programs (FILE.json) and, as dag:file=FILE.json, graphs of jobs.",
                    workload));
  }
  return parse_spec(workload);
}

// Canonical, and valid in virtual time.
Spec checked_workload(const Spec& spec, const WorkloadCatalog& workloads) {
  Point point{.scheduler = {std::string(scheduler_with(Role::control)), {}},
              .workload = spec,
              .machine = "sim"};
  point.size = Size::full;
  return checked(point, workloads).workload;
}

RequestOptions request_options_of(const Spec& spec) {
  RequestOptions options{.mean = std::chrono::microseconds(50)};
  apply(options, request_knobs(), spec);
  return options;
}

std::optional<double> load_of(const Spec& spec, const WorkloadInfo& info) {
  if (const std::string* const load = setting(spec, "load")) return std::stod(*load);
  for (const KnobRow& knob : info.knobs(Size::full)) {
    if (knob.name == "load") return std::stod(knob.default_value);
  }
  return std::nullopt;
}

}  // namespace

Demand::Demand(const std::string& workload, WorkerId reference_workers,
               const WorkloadCatalog& workloads)
    : workloads_(&workloads), reference_workers_(reference_workers) {
  const Spec spec = spec_of(workload);
  if (setting(spec, "count") != nullptr) {
    requests_ =
        static_cast<std::uint64_t>(parse_integer(*setting(spec, "count"), Range{1, 100'000'000}));
  }
  workload_ = checked_workload(spec, workloads);
  const WorkloadInfo& info = workloads.named(workload_.name);
  const WorkloadSetup reference{.workers = reference_workers, .size = Size::full};
  loop_ = info.open_loop(workload_, reference);
  if (!loop_) {
    load_ = load_of(workload_, info);
    return;
  }
  const bool replays = setting(workload_, "trace") != nullptr;
  kind_ = replays ? DemandKind::replayed : DemandKind::steady;
  loop_->load *= reference_workers;
  if (replays) return;
  remove(workload_, {"load", "count"});
  set(workload_, "rate", print_real(1e9 / loop_->mean_gap_ns) + "/s");
}

Spec Demand::on(WorkerId workers) const {
  Spec spec = workload_;
  if (load_) set(spec, "load", print_real(*load_ * reference_workers_ / workers));
  return spec;
}

std::optional<double> Demand::busy_workers() const {
  if (loop_) return loop_->load;
  if (load_) return *load_ * reference_workers_;
  return std::nullopt;
}

std::optional<double> Demand::rate() const {
  if (!loop_) return std::nullopt;
  return 1e9 / loop_->mean_gap_ns;
}

std::optional<std::uint64_t> Demand::trace_length() const {
  if (kind_ != DemandKind::replayed) return std::nullopt;
  return loop_->count;
}

WorkerId Demand::workers_min() const {
  if (kind_ == DemandKind::steady) return static_cast<WorkerId>(std::floor(loop_->load)) + 1;
  if (load_) {
    return std::max<WorkerId>(
        1, static_cast<WorkerId>(std::ceil(*load_ * reference_workers_ / kLoadMax)));
  }
  return 1;
}

std::string Demand::describe() const {
  const std::string keeps = fmt::format("{:.3g} worker{} busy", busy_workers().value_or(0),
                                        busy_workers().value_or(0) == 1 ? "" : "s");
  switch (kind_) {
    case DemandKind::steady:
      return fmt::format("{} requests a second, mean size {}, cv2 {:.4g}: they keep {}",
                         human_count(*rate()), human_time(loop_->mean_service_ns),
                         loop_->service_cv2, keeps);
    case DemandKind::replayed:
      return fmt::format(
          "{} requests of a trace, {:.4g} a second (cv2 of the gaps {:.3g}), mean size {}, cv2 "
          "{:.3g}: they keep {}",
          loop_->count, *rate(), loop_->arrival_cv2, human_time(loop_->mean_service_ns),
          loop_->service_cv2, keeps);
    case DemandKind::ending:
      return load_ ? "Requests, then an end: they keep " + keeps : "A program that ends by itself";
  }
  return {};
}

Demand Demand::replaying(std::shared_ptr<const TemporaryFile> trace) const {
  Spec spec = workload_;
  remove(spec, {"format", "speed", "token_time"});
  set(spec, "trace", trace->path());
  Demand varied(to_string(spec), reference_workers_, *workloads_);
  varied.trace_ = std::move(trace);
  return varied;
}

std::optional<Demand> Demand::with_load(double factor) const {
  if (kind_ == DemandKind::replayed) {
    const RequestOptions options = request_options_of(workload_);
    const auto trace = read_trace_file(options.trace, options.replay);
    return replaying(
        std::make_shared<TemporaryFile>(print_trace(with_arrivals(trace, factor)), ".csv"));
  }
  if (!loop_ && !load_) return std::nullopt;
  Demand varied = *this;
  if (load_) varied.load_ = *load_ * factor;
  if (loop_) {
    varied.loop_->load *= factor;
    varied.loop_->mean_gap_ns /= factor;
    set(varied.workload_, "rate", print_real(*varied.rate()) + "/s");
  }
  return varied;
}

std::optional<Demand> Demand::with_variance(double factor) const {
  if (kind_ == DemandKind::replayed) {
    const RequestOptions options = request_options_of(workload_);
    const auto trace = with_variation(read_trace_file(options.trace, options.replay), factor);
    if (!trace) return std::nullopt;
    return replaying(std::make_shared<TemporaryFile>(print_trace(*trace), ".csv"));
  }
  if (kind_ != DemandKind::steady) return std::nullopt;
  const double cv2 = loop_->service_cv2 * factor;
  if (!(cv2 > 0) || cv2 > kVariationMax) return std::nullopt;
  Demand varied = *this;
  remove(varied.workload_, {"alpha"});
  set(varied.workload_, "service", "lognormal");
  set(varied.workload_, "cv2", print_real(cv2));
  varied.loop_->service = ServiceKind::lognormal;
  varied.loop_->service_cv2 = cv2;
  return varied;
}

std::optional<Demand> Demand::resampled() const {
  if (kind_ != DemandKind::replayed) return std::nullopt;
  const RequestOptions options = request_options_of(workload_);
  Demand varied = *this;
  varied.blocks_ = std::make_shared<const std::vector<TraceRequest>>(
      read_trace_file(options.trace, options.replay));
  return varied;
}

std::optional<Demand> Demand::drawn(std::uint64_t seed) const {
  if (!blocks_) return std::nullopt;
  return replaying(
      std::make_shared<TemporaryFile>(print_trace(with_blocks_drawn_anew(*blocks_, seed)), ".csv"));
}

}  // namespace loopsteal
