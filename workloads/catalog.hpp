// All workloads by name: the one place where programs and tests get them from.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sched/core/knobs.hpp"
#include "sched/core/spec.hpp"
#include "workloads/footprint.hpp"
#include "workloads/open_loop.hpp"
#include "workloads/work_span.hpp"
#include "workloads/workload.hpp"

namespace loopsteal {

/// What is known of a workload without making one.
struct WorkloadInfo {
  std::string_view name;
  std::string_view question;  ///< The one it asks of a scheduler, ending in '?'.
  Shape shape;                ///< With default settings.
  bool needs_descriptors;     ///< Real files or sockets: cannot run in virtual time.

  /// Its settings, with the defaults of a size.
  std::vector<KnobRow> (*knobs)(Size size);
  /// Shape with the settings of `spec`. Throws as make does.
  Shape (*shape_of)(const Spec& spec);
  /// `spec` with the settings that differ from the defaults of `size`, in a fixed order: the same
  /// for all specs that mean the same run, and so the key of a result. Throws as make does.
  Spec (*canonical)(const Spec& spec, Size size);
  std::unique_ptr<Workload> (*make)(const Spec& spec, const WorkloadSetup& setup);
  /// What an open loop offers to the workers of `setup`; nothing if the workload is none whose
  /// requests are all alike. Throws as make does. Reads the trace, if there is one.
  std::optional<OpenLoop> (*open_loop)(const Spec& spec, const WorkloadSetup& setup);
  /// Work and span of a run in virtual time, where they are known beforehand. Throws as make does.
  std::optional<WorkSpan> (*work_span)(const Spec& spec, const WorkloadSetup& setup);
  /// Memory of a run, as far as it is known beforehand; nothing else if it is not. Throws as make
  /// does. Null: not known, as for workloads outside of the catalog.
  Footprint (*footprint)(const Spec& spec, const WorkloadSetup& setup) = nullptr;
};

/// All workloads, the balanced ones first.
[[nodiscard]] std::span<const WorkloadInfo> workloads();

/// Null if there is none of that name.
[[nodiscard]] const WorkloadInfo* find_workload(std::string_view name);

/// The one of that name. Throws SpecError, offering the nearest name, if there is none.
[[nodiscard]] const WorkloadInfo& workload_named(std::string_view name);

/// A workload for one run. Throws SpecError for an unknown name (offering the nearest), an unknown
/// setting, a value out of range, or settings that contradict each other.
[[nodiscard]] std::unique_ptr<Workload> make_workload(const Spec& spec, const WorkloadSetup& setup);

/// The specs that a comparison runs when none is asked for: every workload with its defaults, and
/// `requests` with each of its distributions.
[[nodiscard]] std::span<const std::string_view> standard_workloads();

}  // namespace loopsteal
