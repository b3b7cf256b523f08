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
};

}  // namespace loopsteal
