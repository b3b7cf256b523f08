// Makespans of greedy schedules: what any schedule that leaves no worker idle beside ready work
// must keep to (R. L. Graham, 1969; R. P. Brent, 1974).
#pragma once

#include <cstdint>

namespace loopsteal::theory {

/// Both ends included, in the unit of the work.
struct MakespanBounds {
  double lower = 0;
  double upper = 0;
};

/// max(T1 / P, Tinf) <= T_P <= (T1 - Tinf) / P + Tinf. `work` (T1) is the sum over all nodes and
/// `span` (Tinf) that along the longest path, both including the nodes at its ends. Throws
/// std::invalid_argument unless workers >= 1 and 0 <= span <= work.
MakespanBounds greedy_bounds(double work, double span, std::uint64_t workers);

/// How many times the best makespan a list schedule of independent jobs can take at worst: 2 - 1/m.
/// Throws std::invalid_argument unless workers >= 1.
double list_scheduling_ratio(std::uint64_t workers);

/// The same with the longest jobs first: 4/3 - 1/(3m).
double longest_first_ratio(std::uint64_t workers);

}  // namespace loopsteal::theory
