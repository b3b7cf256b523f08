// Options of a simulated machine.
#pragma once
#include <cstddef>
#include <cstdint>

#include "sched/contract.hpp"
#include "sched/machine/sim/cost_model.hpp"
#include "sched/machine/sim/os_noise.hpp"

namespace loopsteal {

struct SimMachineOptions {
  WorkerId workers = 1;
  WorkerId cpus = 0;  ///< CPUs beyond `workers` belong to clients; with fewer, clients have none.
  Reactors reactors = Reactors::per_worker;
  std::size_t blocking_threads = 512;  ///< In each of the places().
  CostModel costs;
  NoiseOptions noise = {};         ///< Pauses of the CPUs.
  std::uint64_t seed = 0;          ///< Of the noise.
  std::uint64_t shuffle_ties = 0;  ///< See EventList::Options.
  /// Limit of workers' steps at one instant. Beyond it, the program is taken to stand still,
  /// yielding until something that needs time. Far more than any run needs at one instant, minutes
  /// of a real CPU; 0 means no limit.
  std::uint64_t patience = std::uint64_t{1} << 32;

  /// Number of reactors and of blocking pools: a worker that is an event loop of its own has its
  /// own of both, like a process.
  [[nodiscard]] std::size_t places() const noexcept {
    return reactors == Reactors::per_worker ? workers : 1;
  }
};

}  // namespace loopsteal
