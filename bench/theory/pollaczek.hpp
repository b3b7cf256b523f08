// M/G/1: Poisson arrivals, one worker, any service (F. Pollaczek 1930, A. Khinchine 1932).
//
// An event loop without costs of its own and one class of arrivals is this, and so is each of N
// loops among which arrivals are dealt out by chance. Distributions: wait_distribution.hpp.
#pragma once

#include "bench/theory/order.hpp"
#include "bench/theory/service.hpp"

namespace loopsteal::theory {

/// E[W] = load (1 + cv2) / (2 (1 - load)) in every order that does not look at sizes; infinite
/// where the service has no variance. Throws std::invalid_argument unless 0 < load < 1.
double single_server_wait_mean(double load, const Service& service);

/// E[W^2]: 2 E[W]^2 + load E[S^3] / (3 (1 - load)) for FIFO, over 1 - load for LIFO, over 1 -
/// load/2 for random order (L. Takacs, 1963); infinite where the service has no third moment.
/// Throws std::invalid_argument unless 0 < load < 1.
double single_server_wait_second_moment(double load, const Service& service, Order order);

/// E[T] of a job of this size when all present share the worker equally: size / (1 - load),
/// whatever the distribution (what round robin tends to as its quantum shrinks). Throws
/// std::invalid_argument unless 0 < load < 1 and size >= 0.
double processor_sharing_sojourn_mean(double load, double size = 1);

}  // namespace loopsteal::theory
