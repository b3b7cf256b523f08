// Whether the order of simultaneous events is drawn.
//
// In virtual time several workers may act at the same instant, and one of them goes first. By
// default that is the one whose event was scheduled first. Where instants coincide by chance this
// makes no difference. Where they coincide by construction it does: workers that look for work in
// lockstep keep the same order for the whole run, so some thieves are always first.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "bench/measure/row.hpp"
#include "bench/measure/workload_catalog.hpp"

namespace loopsteal {

/// As Point::shuffle_ties: decided by step_of_ties(). checked() puts the decision in its place.
inline constexpr std::uint64_t kTiesAuto = std::numeric_limits<std::uint64_t>::max();
/// The seed that is taken where only "yes" is said.
inline constexpr std::uint64_t kTiesYes = 1;

/// The common step of a virtual point whose workers act at the same instants by construction; none
/// for all others. That is so if all of this holds:
/// - several workers steal from each other, so the order decides which one gets a job;
/// - operations cost something, so that a search takes time;
/// - no size is drawn from a continuous distribution;
/// - all durations (sizes, costs, transfer latency) are multiples of a step of more than 1 ns, the
///   resolution of virtual time, that is no less than a sixteenth of the shortest of them.
std::optional<Duration> step_of_ties(const Point& point, const WorkloadInfo& workload);

}  // namespace loopsteal
