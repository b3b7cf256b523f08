// The settings of the workload `requests`: generated arrivals and sizes, or those of a trace.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "sched/core/knobs.hpp"
#include "workloads/open_loop.hpp"
#include "workloads/support/trace_file.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// Where requests come from.
enum class RequestSource : std::uint8_t {
  outside,  ///< From outside the workers, as a client's do: busy workers do not hold them up.
  inside,   ///< From a task among the others, which may come late; a latency counts from when it
            ///< should have come.
  timers,   ///< As inside, but it waits by a timer, which is as late as the scheduler's timers are.
};
inline constexpr Named<RequestSource> kRequestSources[] = {{"outside", RequestSource::outside},
                                                           {"inside", RequestSource::inside},
                                                           {"timers", RequestSource::timers}};

/// In place of a rate: as many as the load says.
inline constexpr double kRateOfLoad = 0;
/// In place of a file: no trace, but generated requests.
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
  Duration task_work{};         ///< What the task of a request takes besides, in virtual time.
  std::string trace{kNoTrace};  ///< A file, in place of all of the above but the two above.
  TraceOptions replay{};

  [[nodiscard]] bool has_trace() const noexcept { return trace != kNoTrace; }
};

[[nodiscard]] std::span<const Knob<RequestOptions>> request_knobs() noexcept;

/// Throws SpecError for settings that contradict each other.
void check_request_settings(const Spec& spec);

/// What is to be generated. For options without a trace.
[[nodiscard]] ArrivalOptions arrivals_of(const RequestOptions& options, WorkerId workers) noexcept;
[[nodiscard]] ServiceOptions services_of(const RequestOptions& options) noexcept;

/// What is known of such requests beforehand. Throws SpecError as read_trace_file() does.
[[nodiscard]] OpenLoop open_loop_of(const RequestOptions& options, WorkerId workers);

/// Mean and variation as they are in a trace, whose first request counts from the start of the run.
[[nodiscard]] OpenLoop open_loop_of(std::span<const TraceRequest> trace, WorkerId workers) noexcept;

}  // namespace loopsteal
