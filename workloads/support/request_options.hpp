// Settings of the workload `requests`: generated arrivals and sizes, or those of a trace.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "sched/core/config/knobs.hpp"
#include "workloads/open_loop.hpp"
#include "workloads/support/trace_file.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// Source of the requests.
enum class RequestSource : std::uint8_t {
  outside,  ///< From outside the workers, like a client's: busy workers do not delay them.
  inside,   ///< From a task, which may be delayed; a latency counts from the intended arrival.
  timers,   ///< As inside, but the task waits with a timer, whose overshoot delays it.
};
inline constexpr Named<RequestSource> kRequestSources[] = {{"outside", RequestSource::outside},
                                                           {"inside", RequestSource::inside},
                                                           {"timers", RequestSource::timers}};

/// Instead of a rate: the rate follows from the load.
inline constexpr double kRateOfLoad = 0;
/// Instead of a file: no trace, but generated requests.
inline constexpr std::string_view kNoTrace = "off";

struct RequestOptions {
  ArrivalKind arrivals = ArrivalKind::poisson;
  double load = 0.7;
  double rate_per_second = kRateOfLoad;
  ServiceKind service = ServiceKind::exp;
  Duration mean = std::chrono::microseconds(20);
  double cv2 = 4;
  double alpha = 2.5;
  std::uint32_t count = 200;
  double burst = 20;
  double on_share = 0.1;
  RequestSource source = RequestSource::outside;
  Duration task_work{};         ///< Additional time of a request's task, in virtual time.
  std::string trace{kNoTrace};  ///< A file that replaces all settings above except the last two.
  TraceOptions replay{};

  [[nodiscard]] bool has_trace() const noexcept { return trace != kNoTrace; }
};

[[nodiscard]] std::span<const Knob<RequestOptions>> request_knobs() noexcept;

/// Throws SpecError for settings that contradict each other.
void check_request_settings(const Spec& spec);

/// Generators' options. For options without a trace.
[[nodiscard]] ArrivalOptions arrivals_of(const RequestOptions& options, WorkerId workers) noexcept;
[[nodiscard]] ServiceOptions services_of(const RequestOptions& options) noexcept;

/// Description of such requests, before a run. Throws SpecError as read_trace_file() does.
[[nodiscard]] OpenLoop open_loop_of(const RequestOptions& options, WorkerId workers);

/// Mean and variation of a trace; its first request counts from the start of the run.
[[nodiscard]] OpenLoop open_loop_of(std::span<const TraceRequest> trace, WorkerId workers) noexcept;

}  // namespace loopsteal
