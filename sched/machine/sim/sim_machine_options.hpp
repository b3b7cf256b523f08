// What a simulated machine is made of.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sched/contract.hpp"
#include "sched/machine/sim/cost_model.hpp"
#include "sched/machine/sim/os_noise.hpp"

namespace loopsteal {

struct SimMachineOptions {
  WorkerId workers = 1;
  WorkerId cpus = 0;  ///< Those beyond the workers' are the clients'. At most `workers`: none is.
  Reactors reactors = Reactors::per_worker;
  std::size_t blocking_threads = 512;  ///< In each of the places().
  CostModel costs;
  NoiseOptions noise = {};         ///< What the operating system takes of the CPUs.
  std::uint64_t seed = 0;          ///< Of the noise.
  std::uint64_t shuffle_ties = 0;  ///< See EventList::Options.
  /// How many steps of workers in which no time passes are taken for a program that stands still,
  /// waiting by yielding for what only time can bring. Far more than any run needs at one instant,
  /// minutes of a real CPU; 0 waits for ever.
  std::uint64_t patience = std::uint64_t{1} << 32;

  /// Reactors, and blocking pools: a worker that is a loop of its own, as a process would be, has
  /// its own of both.
  [[nodiscard]] std::size_t places() const noexcept {
    return reactors == Reactors::per_worker ? workers : 1;
  }
};

}  // namespace loopsteal
