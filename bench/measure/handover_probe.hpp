// How long a cache line takes from one CPU to another: the price below which no scheduler can hand
// over a job.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace loopsteal {

/// One pair of CPUs, and the ns that a word written by one takes until the other has seen it.
struct Handover {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  double one_way_ns = 0;
};

/// Measures pairs of the CPUs this process may run on: all of them up to `pairs_max`, else as many,
/// spread evenly. Empty with a single CPU. Takes some ms for each pair, with two threads that spin.
/// Throws std::system_error if they cannot be started.
std::vector<Handover> probe_handovers(std::size_t pairs_max = 28);

}  // namespace loopsteal
