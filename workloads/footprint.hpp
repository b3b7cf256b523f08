// Memory that a workload takes, as far as it is known before a run.
#pragma once
#include <cstdint>

namespace loopsteal {

/// What a run holds at the same time.
struct Footprint {
  /// Tasks that exist at once if no worker runs one before all are spawned.
  std::uint64_t tasks = 0;
  /// Bytes of the workload's own, without tasks and without the samples of requests.
  std::uint64_t bytes = 0;
};

}  // namespace loopsteal
