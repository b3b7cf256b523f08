// Where the formulas hold: refusals with a sentence, the same for all files of this folder.
//
// Everything in bench/theory is a pure function of plain doubles: any thread may call it at any
// time. Times are in units of the mean service time, loads are per worker, and what lies outside
// a formula's domain throws std::invalid_argument.
#pragma once

#include <cstdint>

namespace loopsteal::theory {

/// Throws std::invalid_argument unless 0 < load < 1: at 1 and above queues grow for ever.
void require_load(double load);

/// Throws std::invalid_argument unless there is at least one worker.
void require_workers(std::uint64_t workers);

/// Throws std::invalid_argument unless 0 < share < 1, the share of a quantile (0.99 for p99).
void require_share(double share);

/// Throws std::invalid_argument with `name` in its sentence unless `value` is finite and at least
/// `least`.
void require_at_least(double least, double value, const char* name);

}  // namespace loopsteal::theory
