// What a simulated machine is made of.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sched/contract.hpp"
#include "sched/machine/sim/cost_model.hpp"

namespace loopsteal {

struct SimMachineOptions {
  WorkerId workers = 1;
  Reactors reactors = Reactors::per_worker;
  std::size_t blocking_threads = 512;
  CostModel costs;
  std::uint64_t shuffle_ties = 0;  ///< See EventList::Options.
  /// How many steps of workers in which no time passes are taken for a program that stands still,
  /// waiting by yielding for what only time can bring. Far more than any run needs at one instant,
  /// minutes of a real CPU; 0 waits for ever.
  std::uint64_t patience = std::uint64_t{1} << 32;
};

}  // namespace loopsteal
