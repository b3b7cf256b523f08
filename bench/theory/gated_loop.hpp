// The event loop with a price: every iteration that has something to run first pays `cost` for the
// poll and its bookkeeping, then runs exactly what was ready when it began.
//
// An idle loop blocks in the poll and wakes at once. The cost takes no capacity away, since longer
// iterations serve more, but everybody waits for it. With K arrivals an iteration takes
// C = cost + S_1 + ... + S_K, and the next one serves those who came meanwhile, or the one that
// wakes the loop.
#pragma once

#include "bench/theory/service.hpp"

namespace loopsteal::theory {

struct GatedLoop {
  /// E[W] = cost + (1 - idle_share) (1 + load) E[C^2] / (2 E[C]); infinite where the service has no
  /// variance.
  double wait_mean = 0;
  /// E[K]: jobs an iteration.
  double batch_mean = 0;
  /// The share of arrivals that find the loop idle.
  double idle_share = 0;
};

/// Exact for Poisson arrivals. With cost 0, E[W] is that of M/G/1. Throws std::invalid_argument
/// unless 0 < load < 1 and cost >= 0.
GatedLoop gated_loop(double load, double cost, const Service& service = Service::exponential());

}  // namespace loopsteal::theory
