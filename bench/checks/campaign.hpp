// Running checks and saying what came of them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "bench/checks/check.hpp"

namespace loopsteal::checks {

enum class Status { passed, failed, not_done };
std::string_view to_string(Status status);

/// What came of a check.
struct Outcome {
  Check check;
  Status status = Status::failed;
  std::vector<Interval> got;  ///< One a target; empty if it threw, or is not done.
  std::string error;          ///< What it threw.
  std::string note;
  std::uint64_t jobs = 0;  ///< Requests served for it, warm-up included.
  double seconds = 0;      ///< Of CPU time.
};

struct CheckOptions {
  WorkbenchOptions bench;
  unsigned threads = 1;
};

/// How much wider bands are for shorter runs: an estimate from a quarter of the jobs is known half
/// as well.
double widening_of(double scale);

/// The checks named by `only` ("G1,G5"), in their order; all if it is empty. Throws UsageError for
/// a name that none has.
std::vector<Check> chosen(std::vector<Check> checks, std::string_view only);

/// Runs them side by side, as those that are long allow; the estimates do not depend on the number
/// of threads. `done` is told of each as it ends, by one thread at a time. Outcomes in the order of
/// `checks`. Throws UsageError for a scale outside (0, 1] and for no threads. Not for threads of
/// oneTBB.
std::vector<Outcome> run_checks(std::span<const Check> checks, const CheckOptions& options,
                                const std::function<void(const Outcome&)>& done = {});

bool any_failed(std::span<const Outcome> outcomes);

}  // namespace loopsteal::checks
