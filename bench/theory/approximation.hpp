// G/G/c: no formula is known, so an approximation, and no more than that.
#pragma once

#include <cstdint>

namespace loopsteal::theory {

/// Approximate E[W] of one queue for all workers: that of M/M/c times half the sum of both squared
/// coefficients of variation (A. O. Allen and J. T. Cunneen; A. O. Allen 1978). Exact for M/M/c and
/// M/G/1 only. With Poisson arrivals it is within 5 % for services less variable than a squared
/// coefficient of 2, 20 % too high at 4, and wrong by multiples for rare giant services, which
/// would have to block all workers at once: never a yardstick. Throws std::invalid_argument unless
/// workers >= 1, 0 < load < 1 and both coefficients are finite and >= 0.
double allen_cunneen_wait_mean(std::uint64_t workers, double load, double service_cv2,
                               double arrival_cv2 = 1);

}  // namespace loopsteal::theory
