// Memory of a workload, as far as known before a run.
#pragma once
#include <cstdint>

namespace loopsteal {

/// What a run holds at the same time.
struct Footprint {
  /// Tasks that exist at once if all are spawned before a worker runs one.
  std::uint64_t tasks = 0;
  /// Bytes of the workload itself, without tasks and without the samples of requests.
  std::uint64_t bytes = 0;
};

}  // namespace loopsteal
